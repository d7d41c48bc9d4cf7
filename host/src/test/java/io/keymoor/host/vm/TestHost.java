package io.keymoor.host.vm;

import static org.assertj.core.api.Assertions.assertThat;

import io.keymoor.crypto.KeyDerivation;
import io.keymoor.disk.DiskKey;
import io.keymoor.disk.Machine;
import io.keymoor.disk.engine.CancelToken;
import io.keymoor.disk.engine.ContainerFormat;
import io.keymoor.disk.engine.CopyRequest;
import io.keymoor.disk.engine.DiskEngine;
import io.keymoor.disk.engine.ProgressListener;
import io.keymoor.disk.engine.Shredder;
import io.keymoor.disk.engine.SourceFormat;
import io.keymoor.disk.engine.SourceImage;
import io.keymoor.disk.engine.TargetImage;
import io.keymoor.disk.qcow2.BackingRule;
import io.keymoor.host.command.CommandControl;
import io.keymoor.host.keys.HeldProvider;
import io.keymoor.host.keys.HostKeys;
import io.keymoor.host.operation.CrashTrigger;
import io.keymoor.host.operation.Journal;
import io.keymoor.hypervisor.Domain;
import io.keymoor.hypervisor.DomainDefinition;
import io.keymoor.hypervisor.DomainDisk;
import io.keymoor.protocol.CommandOutcome;
import io.keymoor.protocol.HostCommand;
import io.keymoor.protocol.Rewrite;
import io.keymoor.protocol.VmReport;
import io.keymoor.provider.ProviderName;
import io.keymoor.provider.ProviderReference;
import io.keymoor.provider.ProviderType;
import io.keymoor.provider.record.KeyEntry;
import io.keymoor.provider.record.KeyRecord;
import io.keymoor.provider.record.KeyRecordCodec;
import io.keymoor.provider.record.PartKeys;
import io.keymoor.provider.record.RecordKeys;
import io.keymoor.secret.SecretBytes;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;

/** A host with a datastore of small real images, and an agent that can be killed and restarted. */
final class TestHost implements AutoCloseable {
  static final UUID VM = UUID.fromString("6f1c1f5e-6a65-4f3c-9d5b-0c7a3f1b2e4d");
  static final UUID OTHER_VM = UUID.fromString("0b8f1a52-7c1d-4e7e-8a34-5d9e6f7a8b9c");
  static final UUID LAB = UUID.fromString("aaaaaaaa-0000-4000-8000-000000000001");
  static final UUID SECOND = UUID.fromString("aaaaaaaa-0000-4000-8000-000000000002");
  static final String VTPM_STATE = "tpm2-00.permall";
  private static final int MIB = 1024 * 1024;

  final FakeHypervisor hypervisor = new FakeHypervisor();
  final HostKeys keys = new HostKeys();
  final Generations seen = new Generations();
  final Path datastore;
  final Path swtpm;
  private final Path state;
  private final DiskEngine engine;
  private final Map<String, byte[]> contents = new HashMap<>();
  private VmTools.FreeSpace freeSpace = VmTools.FreeSpace.REAL;
  private Optional<String> memoryObjection = Optional.empty();
  private HostVms vms;

  TestHost(Path directory) {
    this(directory, Machine.JAVA);
  }

  TestHost(Path directory, Machine machine) {
    engine = new DiskEngine(new SecureRandom(), machine);
    try {
      datastore = Files.createDirectory(directory.resolve("datastore"));
      swtpm = Files.createDirectory(directory.resolve("swtpm"));
      state = directory.resolve("state");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    keys.replace(providers());
    vms = new HostVms(tools(CrashTrigger.NONE), () -> memoryObjection);
  }

  static List<HeldProvider> providers() {
    return List.of(provider(LAB, "lab", 1), provider(SECOND, "second", 2));
  }

  static HeldProvider provider(UUID id, String name, int fill) {
    byte[] kdk = new byte[32];
    Arrays.fill(kdk, (byte) fill);
    return HeldProvider.ready(
        new ProviderReference(id, new ProviderName(name), ProviderType.NATIVE),
        SecretBytes.takeOver(kdk));
  }

  VmTools tools(CrashTrigger trigger) {
    SecureRandom random = new SecureRandom();
    return new VmTools(
        hypervisor,
        keys,
        seen,
        new Journal(state.resolve("operations")),
        engine,
        new Shredder(random, Shredder.Links.REFUSE),
        random,
        Clock.fixed(Instant.parse("2026-11-24T08:00:00Z"), ZoneOffset.UTC),
        trigger,
        swtpm,
        TestHost::rekeyVtpm,
        directory -> freeSpace.in(directory));
  }

  /** swtpm's part, with text for a state. */
  private static void rekeyVtpm(Path from, Path to, SecretBytes present, SecretBytes wanted) {
    try {
      String state = Files.readString(from.resolve(VTPM_STATE));
      Files.writeString(to.resolve(VTPM_STATE), state + ", rekeyed");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What libvirt and swtpm leave in the home once the VM ran. */
  void pretendVtpmRan() {
    try {
      Path state = Files.createDirectory(datastore.resolve("web01.keymoor/vtpm/tpm2"));
      Files.writeString(state.resolve(VTPM_STATE), "encrypted by swtpm");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A new agent over what the old one left; nothing of the old one's memory survives. */
  void restart(CrashTrigger trigger) {
    vms.close();
    vms = new HostVms(tools(trigger), () -> memoryObjection);
  }

  void freeSpace(VmTools.FreeSpace space) {
    freeSpace = space;
  }

  /** Swap of the machine that runs the tests doesn't matter; this is the host's. */
  void memoryObjection(String objection) {
    memoryObjection = Optional.of(objection);
  }

  HostVms vms() {
    return vms;
  }

  boolean journalIsEmpty() {
    return new Journal(state.resolve("operations")).open().isEmpty();
  }

  /** A VM with a full raw disk and a thin qcow2 disk. */
  void defineVm() {
    Path raw = fullRaw("web01.img", 2 * MIB, 1);
    Path qcow2 = qcow2("web01-data.qcow2", 2);
    define(VM, "web01", disk("vda", raw, "raw", "") + disk("vdb", qcow2, "qcow2", ""));
  }

  void define(UUID id, String name, String devices) {
    hypervisor.define(
        DomainDefinition.parse(
            "<domain type='kvm'><name>"
                + name
                + "</name><uuid>"
                + id
                + "</uuid><memory unit='MiB'>64</memory>"
                + "<os><type arch='x86_64'>hvm</type></os><devices>"
                + devices
                + "</devices></domain>"));
  }

  static String disk(String target, Path file, String format, String more) {
    return "<disk type='file' device='disk'><driver name='qemu' type='"
        + format
        + "'/><source file='"
        + file
        + "'/><target dev='"
        + target
        + "' bus='virtio'/>"
        + more
        + "</disk>";
  }

  /** A raw disk without holes. */
  Path fullRaw(String name, int size, long seed) {
    byte[] bytes = new byte[size];
    new Random(seed).nextBytes(bytes);
    return write(name, bytes);
  }

  /** A raw disk of 4 MiB with one island of data. */
  Path sparseRaw(String name, long seed) {
    Path file = datastore.resolve(name);
    byte[] island = new byte[MIB / 4];
    new Random(seed).nextBytes(island);
    try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
      out.setLength(4L * MIB);
      out.seek(MIB);
      out.write(island);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return file;
  }

  Path qcow2(String name, long seed) {
    Path raw = sparseRaw(name + ".source", seed);
    Path image = datastore.resolve(name);
    engine.copy(
        new CopyRequest(
            new SourceImage(raw, DiskKey.NONE),
            new TargetImage(image, ContainerFormat.QCOW2, DiskKey.NONE)),
        ProgressListener.SILENT,
        new CancelToken());
    delete(raw);
    return image;
  }

  private Path write(String name, byte[] bytes) {
    try {
      return Files.write(datastore.resolve(name), bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static void delete(Path file) {
    try {
      Files.delete(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Remembers what the guest sees now, for {@link #assertContentsAreAsBefore}. */
  void remember() {
    DomainDefinition definition = definition();
    definition.disks().forEach(disk -> contents.put(disk.target(), read(definition, disk)));
  }

  void assertContentsAreAsBefore() {
    DomainDefinition definition = definition();
    for (DomainDisk disk : definition.disks()) {
      assertThat(read(definition, disk))
          .as("contents of " + disk.target())
          .isEqualTo(contents.get(disk.target()));
    }
  }

  /** What the guest sees, opened with the key that the record in the metadata gives. */
  private byte[] read(DomainDefinition definition, DomainDisk disk) {
    Path out = state.resolveSibling("read-" + UUID.randomUUID());
    try (SecretBytes passphrase = passphrase(definition, disk)) {
      DiskKey key =
          disk.luksSecret().isPresent() ? new DiskKey.RandomSecret(passphrase) : DiskKey.NONE;
      engine.copy(
          new CopyRequest(
              new SourceImage(
                  disk.file().orElseThrow(),
                  disk.format().equals("qcow2") ? SourceFormat.QCOW2 : SourceFormat.RAW,
                  key,
                  BackingRule.SAME_DIRECTORY),
              new TargetImage(out, ContainerFormat.RAW, DiskKey.NONE)),
          ProgressListener.SILENT,
          new CancelToken());
      return Files.readAllBytes(out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      delete(out);
    }
  }

  private SecretBytes passphrase(DomainDefinition definition, DomainDisk disk) {
    if (disk.luksSecret().isEmpty()) {
      return SecretBytes.takeOver(new byte[1]);
    }
    KeyRecord record = record();
    String part = PartKeys.disk(disk.target());
    KeyEntry entry = record.current(part).orElseThrow();
    assertThat(disk.luksSecret()).contains(entry.secretId());
    try (SecretBytes dek = RecordKeys.unwrap(definition.id(), part, entry, keys)) {
      return KeyDerivation.luksPassphrase(dek);
    }
  }

  DomainDefinition definition() {
    return domain().definition();
  }

  Domain domain() {
    return hypervisor.domain(VM).orElseThrow();
  }

  KeyRecord record() {
    return KeyRecordCodec.read(definition().keyRecord().orElseThrow());
  }

  VmReport report() {
    return vms.report().stream().filter(vm -> vm.id().equals(VM)).findFirst().orElseThrow();
  }

  /** Names below the datastore, sorted. */
  List<String> files() {
    try (Stream<Path> found = Files.walk(datastore)) {
      return found
          .filter(file -> !file.equals(datastore))
          .map(file -> datastore.relativize(file).toString())
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  List<String> filesButTheVtpms() {
    return files().stream().filter(name -> !name.startsWith("web01.keymoor/vtpm")).toList();
  }

  /** The one state that there is of a vTPM: that the definition's secret opens. */
  String vtpmState() {
    List<String> states = files().stream().filter(name -> name.endsWith(VTPM_STATE)).toList();
    Path home = datastore.resolve("web01.keymoor");
    UUID secret = definition().tpm().orElseThrow().secret().orElseThrow();
    Path state = VmHome.vtpm(home, secret).resolve("tpm2").resolve(VTPM_STATE);
    assertThat(states).containsExactly(datastore.relativize(state).toString());
    try {
      return Files.readString(state);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  CommandOutcome execute(HostCommand command) {
    return vms.commands().execute(command, control());
  }

  CommandOutcome.Succeeded succeed(HostCommand command) {
    CommandOutcome outcome = execute(command);
    assertThat(outcome).isInstanceOf(CommandOutcome.Succeeded.class);
    return (CommandOutcome.Succeeded) outcome;
  }

  CommandOutcome.Failed fail(HostCommand command) {
    CommandOutcome outcome = execute(command);
    assertThat(outcome).isInstanceOf(CommandOutcome.Failed.class);
    return (CommandOutcome.Failed) outcome;
  }

  static CommandControl control() {
    return new CommandControl() {
      @Override
      public void progress(String phase, long done, long total, String unit) {}

      @Override
      public boolean cancelled() {
        return false;
      }
    };
  }

  static HostCommand.EncryptVm encrypt(String... parts) {
    return new HostCommand.EncryptVm("c1", VM, List.of(parts), LAB, "key-1");
  }

  static HostCommand.DecryptVm decrypt(String... parts) {
    return new HostCommand.DecryptVm("c2", VM, List.of(parts));
  }

  static HostCommand.RekeyVm rekey(UUID provider, String key) {
    return new HostCommand.RekeyVm("c3", VM, provider, key);
  }

  static HostCommand.DeepRekeyVm rekeyDeeply(Rewrite.Way way) {
    return new HostCommand.DeepRekeyVm("c9", VM, SECOND, "key-2", new Rewrite(way, 0));
  }

  static HostCommand.EncryptVm encrypt(Rewrite how) {
    return new HostCommand.EncryptVm("c1", VM, List.of(), LAB, "key-1", how);
  }

  static HostCommand.DecryptVm decrypt(Rewrite how) {
    return new HostCommand.DecryptVm("c2", VM, List.of(), how);
  }

  static HostCommand.StartVm start() {
    return new HostCommand.StartVm("c4", VM);
  }

  static HostCommand.StopVm stop(boolean force) {
    return new HostCommand.StopVm("c5", VM, force);
  }

  static HostCommand.UnlockVm unlock(boolean acceptOlder) {
    return new HostCommand.UnlockVm("c6", VM, acceptOlder);
  }

  static HostCommand.AddVtpm addVtpm() {
    return new HostCommand.AddVtpm("c7", VM, LAB, "key-1");
  }

  static HostCommand.RemoveVtpm removeVtpm() {
    return new HostCommand.RemoveVtpm("c8", VM);
  }

  List<String> partsEncrypted() {
    List<String> encrypted = new ArrayList<>();
    report().parts().stream()
        .filter(VmReport.PartReport::encrypted)
        .forEach(part -> encrypted.add(part.part()));
    return encrypted;
  }

  Optional<String> lockedReason() {
    return report().lockedReason();
  }

  @Override
  public void close() {
    vms.close();
    keys.close();
  }
}
