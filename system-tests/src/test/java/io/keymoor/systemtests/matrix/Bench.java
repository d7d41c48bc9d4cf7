package io.keymoor.systemtests.matrix;

import io.keymoor.crypto.Pem;
import io.keymoor.systemtests.kms.KmsPair;
import io.keymoor.systemtests.kms.Ways;
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
  private Optional<Patience> patience = Optional.empty();

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
      bench.connect(PROVIDER, bench.kms.ways());
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

  /** A provider, with trust both ways: the KMS by its authority, the manager by its certificate. */
  void connect(String provider, Ways ways) {
    List<String> create = new ArrayList<>(List.of("provider", "create", "standard", provider));
    ways.wires().forEach(wire -> create.addAll(List.of("--kms", wire.name())));
    create.addAll(List.of("--ca", kms.authorityFile().toString()));
    create.addAll(List.of("--timeout", DEADLINE_SECONDS));
    succeed(create.toArray(String[]::new));
    letManagerIn(provider);
    succeed("provider", "check", provider);
  }

  /** Under the provider's name, with the certificate that the manager has for it. */
  private void letManagerIn(String provider) {
    String certificate = lab.client().kms().identity(provider).path("certificate_pem").asText();
    kms.administrator().letIn(provider, Pem.certificate(certificate));
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
      case START_CACHED -> {
        suffer(cell.fault());
        afflict(cell.fault(), cell.vm());
        if (cell.fault().reach() == Fault.Reach.ALL_KEYS) {
          patience = Optional.of(Patience.begun(cell.fault(), state(), () -> rekeyAll()));
        }
      }
      case CHECK, ENCRYPT, REKEY, REKEY_ALL, ENCRYPT_DISK -> {
        suffer(cell.fault());
        afflict(cell.fault(), cell.vm());
      }
      case START_AFTER_RESTART -> coldHost.suffer(cell.fault());
    }
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
    begin(wanted, kms.ways());
    fault = Optional.of(wanted);
  }

  /** Has a fault of the KMS begin, for whoever has these ways to it. */
  void begin(Fault wanted, Ways ways) {
    switch (wanted) {
      case NODE_DOWN -> ways.first().suffer(new WireFault.Refused());
      case ALL_DOWN -> ways.suffer(new WireFault.Refused());
      case WRONG_TRUST -> ways.suffer(kms.wrongTrust());
      case EXPIRED -> ways.suffer(kms.expiredCertificate());
      case LOCKED_OUT -> {
        kms.administrator().lockOut(PROVIDER);
        // Connections that there are stay open until somebody ends them.
        ways.suffer(new WireFault.None());
      }
      case SLOW -> ways.first().suffer(new WireFault.Slow(SLOW));
      case ANSWER_CUT ->
          ways.suffer(new WireFault.CutAnswer(kms.administrator().moreKeysThanNow(), CUT_AFTER));
      case KEY_MISSING, KEY_DEACTIVATED, KEY_COMPROMISED, KEY_DESTROYED -> {}
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
      letManagerIn(PROVIDER);
    }
    kms.suffer(new WireFault.None());
    fault = Optional.empty();
  }

  /** Has the VM's key afflicted, or the next answer to a Create. */
  void afflict(Fault how, String vm) {
    switch (how) {
      case ANSWER_CUT -> begin(how, kms.ways());
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

  private Answer rekeyAll() {
    return types("vm", "rekey", "--all");
  }

  /** The task that was begun earlier, when this cell is about its end. */
  private Optional<Patience> waiting(Cell cell) {
    return patience.filter(
        task -> cell.action() == Action.REKEY_ALL && task.fault() == cell.fault());
  }

  /** How all was before the cell's action began. */
  State before(Cell cell) {
    return waiting(cell).map(Patience::before).orElseGet(this::state);
  }

  /** Does it as a user does. */
  Answer perform(Cell cell) {
    return switch (cell.action()) {
      case START_CACHED -> types("vm", "start", ALPHA);
      case CHECK -> types("provider", "check", PROVIDER);
      case ENCRYPT -> types("vm", "encrypt", GAMMA, "--provider", PROVIDER);
      case REKEY -> types("vm", "rekey", ALPHA);
      case REKEY_ALL -> waiting(cell).map(Patience::end).orElseGet(this::rekeyAll);
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
      case START_CACHED -> vms.powerOff(cell.vm());
      case ENCRYPT -> succeed("vm", "decrypt", GAMMA);
      case ENCRYPT_DISK -> {
        succeed("vm", "decrypt", BETA, "--part", "disk:vdb");
        if (cell.fault().reach() == Fault.Reach.ONE_KEY) {
          // Away from the key that its fault has spoilt.
          succeed("vm", "rekey", BETA);
        }
      }
      // Nobody needs what the host runs at the end.
      case CHECK, REKEY, REKEY_ALL, START_AFTER_RESTART -> {}
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
