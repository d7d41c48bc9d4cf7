package io.keymoor.systemtests.matrix;

import io.keymoor.systemtests.kms.KmsPair;
import io.keymoor.systemtests.kms.WireFault;
import io.keymoor.systemtests.testing.CommandLineUser.Answer;
import io.keymoor.systemtests.testing.Lab;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A lab with a standard provider over a KMS of two nodes, three small VMs, and one fault at a time.
 * Not thread-safe.
 */
final class Bench implements AutoCloseable {
  static final String PROVIDER = "kms";

  /** Its first disk is encrypted, its second is not. */
  static final String BETA = "beta";

  /** In clear. */
  static final String GAMMA = "gamma";

  private static final String MANAGER = "manager";
  private static final Duration SLOW = Duration.ofSeconds(5);
  private static final int CUT_AFTER = 7;

  private final Lab lab;
  private final KmsPair kms;
  private final TinyVms vms;
  private final Set<String> lostKeys = new LinkedHashSet<>();
  private final Set<String> endedKeys = new LinkedHashSet<>();
  private Optional<Fault> fault = Optional.empty();

  /** Encrypted; it is started and rekeyed. */
  private String alpha = "";

  private int alphas;

  private Bench(Lab lab, KmsPair kms) {
    this.lab = lab;
    this.kms = kms;
    this.vms = new TinyVms(lab);
  }

  /** Raises all of it. */
  static Bench raised() {
    Lab lab = Lab.raised();
    boolean up = false;
    try {
      Path directory = Files.createDirectory(lab.scene().places().kms());
      Bench bench = new Bench(lab, KmsPair.started(directory));
      bench.connect();
      bench.vms.make(BETA, 2);
      bench.vms.make(GAMMA, 1);
      bench.makeAlpha();
      bench.succeed("vm", "encrypt", BETA, "--provider", PROVIDER, "--part", "disk:vda");
      up = true;
      return bench;
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    } finally {
      if (!up) {
        lab.close();
      }
    }
  }

  /**
   * The provider, with trust both ways: the KMS by its authority, the manager by its certificate.
   */
  private void connect() {
    List<String> create = new ArrayList<>(List.of("provider", "create", "standard", PROVIDER));
    kms.wires().forEach(wire -> create.addAll(List.of("--kms", wire.name())));
    create.addAll(List.of("--ca", kms.authorityFile().toString()));
    succeed(create.toArray(String[]::new));
    letManagerIn();
    succeed("provider", "check", PROVIDER);
  }

  private void letManagerIn() {
    kms.administrator()
        .letIn(
            MANAGER,
            io.keymoor.crypto.Pem.certificate(
                lab.client().kms().identity(PROVIDER).path("certificate_pem").asText()));
  }

  private void makeAlpha() {
    alpha = "alpha" + ++alphas;
    vms.make(alpha, 1);
    succeed("vm", "encrypt", alpha, "--provider", PROVIDER);
  }

  /** Gives up a VM whose key is gone for good, and takes another one. */
  void replaceAlpha() {
    vms.remove(alpha);
    makeAlpha();
  }

  /** Types what has to work. */
  void succeed(String... words) {
    Answer answer = lab.user().types(words);
    if (answer.exitCode() != 0) {
      throw new AssertionError(String.join(" ", words) + ": " + answer);
    }
  }

  Lab lab() {
    return lab;
  }

  KmsPair kms() {
    return kms;
  }

  TinyVms vms() {
    return vms;
  }

  /** Has this and nothing else wrong from now on. */
  void suffer(Fault wanted) {
    if (!fault.equals(Optional.of(wanted))) {
      repair();
      begin(wanted);
      fault = Optional.of(wanted);
    }
  }

  private void begin(Fault wanted) {
    switch (wanted) {
      case NODE_DOWN -> kms.first().suffer(new WireFault.Refused());
      case ALL_DOWN -> kms.suffer(new WireFault.Refused());
      case WRONG_TRUST -> kms.suffer(kms.wrongTrust());
      case EXPIRED -> kms.suffer(kms.expiredCertificate());
      case LOCKED_OUT -> {
        kms.administrator().lockOut(MANAGER);
        // Connections that there are stay open until somebody ends them.
        kms.suffer(new WireFault.None());
      }
      case SLOW -> kms.first().suffer(new WireFault.Slow(SLOW));
      case ANSWER_CUT, KEY_MISSING, KEY_DEACTIVATED, KEY_COMPROMISED, KEY_DESTROYED -> {}
    }
  }

  /** Ends the fault and waits until the VMs that can be unlocked are. */
  void repair() {
    if (fault.equals(Optional.of(Fault.LOCKED_OUT))) {
      letManagerIn();
    }
    lostKeys.forEach(kms.administrator()::find);
    lostKeys.clear();
    kms.suffer(new WireFault.None());
    fault = Optional.empty();
    for (String vm : List.of(alpha, BETA)) {
      lab.scene().expect().unlocked(vm);
    }
  }

  /** Has an action's key afflicted, or the next answer to a Create. */
  void afflict(Action action) {
    String vm = action == Action.ENCRYPT_DISK ? BETA : alpha;
    switch (fault.orElseThrow()) {
      case ANSWER_CUT ->
          kms.suffer(new WireFault.CutAnswer(kms.administrator().moreKeysThanNow(), CUT_AFTER));
      case KEY_MISSING -> {
        if (lostKeys.add(keyOf(vm))) {
          kms.administrator().lose(keyOf(vm));
        }
      }
      case KEY_DEACTIVATED -> end(vm, kms.administrator()::deactivate);
      case KEY_COMPROMISED -> end(vm, kms.administrator()::compromise);
      case KEY_DESTROYED -> end(vm, kms.administrator()::destroy);
      case NODE_DOWN, ALL_DOWN, WRONG_TRUST, EXPIRED, LOCKED_OUT, SLOW -> {}
    }
  }

  private void end(String vm, java.util.function.Consumer<String> how) {
    if (endedKeys.add(keyOf(vm))) {
      how.accept(keyOf(vm));
    }
  }

  private String keyOf(String vm) {
    return lab.scene().keyIdOf(vm);
  }

  /** Does it as a user does. */
  Answer perform(Action action) {
    return switch (action) {
      case START_CACHED -> types("vm", "start", alpha);
      case CHECK -> types("provider", "check", PROVIDER);
      case ENCRYPT -> types("vm", "encrypt", GAMMA, "--provider", PROVIDER);
      case REKEY -> types("vm", "rekey", alpha);
      case REKEY_ALL -> types("vm", "rekey", "--all");
      case ENCRYPT_DISK ->
          types("vm", "encrypt", BETA, "--provider", PROVIDER, "--part", "disk:vdb");
      case START_AFTER_RESTART -> {
        lab.scene().restartHost();
        yield types("vm", "start", alpha);
      }
    };
  }

  private Answer types(String... words) {
    return lab.user().types(words);
  }

  /** Has the VMs as before an action that was done. */
  void undo(Action action) {
    switch (action) {
      case START_CACHED, START_AFTER_RESTART -> vms.powerOff(alpha);
      case ENCRYPT -> succeed("vm", "decrypt", GAMMA);
      case ENCRYPT_DISK -> succeed("vm", "decrypt", BETA, "--part", "disk:vdb");
      case CHECK, REKEY, REKEY_ALL -> {}
    }
  }

  /** What must not change where something is refused. */
  record State(Map<String, Long> files, List<String> definitions, List<String> keys) {}

  State state() {
    return new State(lab.datastore(), vms.definitions(), kms.administrator().keys());
  }

  /** The keys that the KMS has made since. */
  List<String> keysMadeSince(State before) {
    List<String> made = new ArrayList<>(kms.administrator().keys());
    made.removeAll(before.keys());
    return made;
  }

  /**
   * How many keys of the KMS the manager knows nothing of: it lists neither their ids nor as many
   * requests whose answer was lost.
   */
  long keysWithoutRecord() {
    String listed = types("key", "list", PROVIDER).output();
    long unlisted = kms.administrator().keys().stream().filter(id -> !listed.contains(id)).count();
    return unlisted - listed.lines().filter(line -> line.contains("unanswered")).count();
  }

  @Override
  public void close() {
    kms.close();
    lab.close();
  }
}
