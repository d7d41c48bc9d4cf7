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

  /** Encrypted; it is started and rekeyed. */
  static final String ALPHA = "alpha";

  /** Its first disk is encrypted, its second is not. */
  static final String BETA = "beta";

  /** In clear, until hosts are restarted. */
  static final String GAMMA = "gamma";

  private static final String MANAGER = "manager";

  /** A sixth of the provider's deadline, as are five seconds of the usual half minute. */
  private static final Duration SLOW = Duration.ofSeconds(2);

  private static final String DEADLINE_SECONDS = "12";
  private static final int CUT_AFTER = 7;

  private final Lab lab;
  private final KmsPair kms;
  private final TinyVms vms;
  private final ColdHost coldHost;
  private final Set<String> lostKeys = new LinkedHashSet<>();
  private final Set<String> endedKeys = new LinkedHashSet<>();
  private Optional<Fault> fault = Optional.empty();

  private Bench(Lab lab, KmsPair kms) {
    this.lab = lab;
    this.kms = kms;
    this.vms = new TinyVms(lab);
    this.coldHost = new ColdHost(this);
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
      bench.vms.make(ALPHA, 1);
      bench.succeed("vm", "encrypt", ALPHA, "--provider", PROVIDER);
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
    create.addAll(List.of("--timeout", DEADLINE_SECONDS));
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

  ColdHost coldHost() {
    return coldHost;
  }

  /** Has what the cell says wrong from now on, and nothing else that its action could notice. */
  void suffer(Cell cell) {
    switch (cell.action()) {
      case START_CACHED, CHECK, ENCRYPT, REKEY, REKEY_ALL, ENCRYPT_DISK -> suffer(cell.fault());
      case START_AFTER_RESTART -> coldHost.suffer(cell.fault());
    }
    afflict(cell.fault(), cell.vm());
  }

  /** Has this and nothing else wrong from now on. */
  void suffer(Fault wanted) {
    if (!fault.equals(Optional.of(wanted))) {
      repair();
      turnInto(wanted);
    }
  }

  /** Has this wrong from now on; at no moment in between is all well. */
  void turnInto(Fault wanted) {
    begin(wanted);
    fault = Optional.of(wanted);
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
    findLostKeys();
    mend();
    for (String vm : List.of(ALPHA, BETA)) {
      lab.scene().expect().unlocked(vm);
    }
  }

  void findLostKeys() {
    lostKeys.forEach(kms.administrator()::find);
    lostKeys.clear();
  }

  /** Has the KMS well again, whatever became of single keys. */
  void mend() {
    if (fault.equals(Optional.of(Fault.LOCKED_OUT))) {
      letManagerIn();
    }
    kms.suffer(new WireFault.None());
    fault = Optional.empty();
  }

  /** Has the VM's key afflicted, or the next answer to a Create. */
  void afflict(Fault how, String vm) {
    switch (how) {
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
  Answer perform(Cell cell) {
    return switch (cell.action()) {
      case START_CACHED -> types("vm", "start", ALPHA);
      case CHECK -> types("provider", "check", PROVIDER);
      case ENCRYPT -> types("vm", "encrypt", GAMMA, "--provider", PROVIDER);
      case REKEY -> types("vm", "rekey", ALPHA);
      case REKEY_ALL -> types("vm", "rekey", "--all");
      case ENCRYPT_DISK ->
          types("vm", "encrypt", BETA, "--provider", PROVIDER, "--part", "disk:vdb");
      case START_AFTER_RESTART -> coldHost.start(cell.fault());
    };
  }

  Answer types(String... words) {
    return lab.user().types(words);
  }

  /** Has the VMs as before an action that was done. */
  void undo(Cell cell) {
    switch (cell.action()) {
      case START_CACHED, START_AFTER_RESTART -> vms.powerOff(cell.vm());
      case ENCRYPT -> succeed("vm", "decrypt", GAMMA);
      case ENCRYPT_DISK -> {
        succeed("vm", "decrypt", BETA, "--part", "disk:vdb");
        if (cell.fault().reach() == Fault.Reach.ONE_KEY) {
          // Away from the key that its fault has spoilt.
          succeed("vm", "rekey", BETA);
        }
      }
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
