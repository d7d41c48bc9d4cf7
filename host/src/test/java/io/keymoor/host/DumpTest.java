package io.keymoor.host;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.keymoor.host.config.HostConfiguration;
import io.keymoor.host.dump.DumpKey;
import io.keymoor.host.dump.MemoryDump;
import io.keymoor.host.dump.SealedOutput;
import io.keymoor.host.keys.DesiredProviders;
import io.keymoor.host.keys.HostEncryption;
import io.keymoor.host.keys.HostKeys;
import io.keymoor.host.testing.FakeManager;
import io.keymoor.host.testing.SecretForms;
import io.keymoor.host.testing.TestHost;
import io.keymoor.hypervisor.Hypervisor;
import io.keymoor.protocol.DesiredState;
import io.keymoor.secret.ClearBytes;
import io.keymoor.secret.SecretBytes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What leaves a host leaves it encrypted, holds no key, and opens on the host or by password. */
class DumpTest {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final UUID LAB = UUID.fromString("aaaaaaaa-0000-4000-8000-000000000001");

  @TempDir Path path;
  private final FakeManager manager = new FakeManager();
  private final byte[] kdk = new byte[32];
  private final List<byte[]> keys = new ArrayList<>();
  private Path directory = Path.of("");
  private Path password = Path.of("");

  /** What a command printed and its exit status. */
  private record Said(int status, String out, String err) {}

  @BeforeEach
  void enrol() throws IOException {
    directory = path.resolve("host");
    TestHost.enrolled(directory, manager);
    password = Files.writeString(path.resolve("password"), "for support\n");
    RANDOM.nextBytes(kdk);
    keys.add(kdk);
  }

  @AfterEach
  void close() {
    manager.close();
  }

  /** A native provider, and the host key under it. */
  private void giveKeys() {
    try (SecretBytes key = SecretBytes.takeOver(kdk.clone());
        HostConfiguration configuration =
            new TestHost(new io.keymoor.host.config.HostDirectory(directory)).configuration();
        HostKeys held = new HostKeys()) {
      new DesiredProviders(configuration, held, manager.hostId(), false)
          .apply(new DesiredState(1, List.of(manager.assignment(LAB, "lab", key))));
      HostEncryption encryption = new HostEncryption(configuration, held, manager.hostId(), RANDOM);
      encryption.needed(LAB);
      try (SecretBytes hostKey = encryption.key().orElseThrow()) {
        keys.add(ClearBytes.<byte[], RuntimeException>read(hostKey, byte[]::clone));
      }
    }
  }

  private Said say(String command, String... arguments) {
    List<String> all = new ArrayList<>(List.of(command, "--dir", directory.toString()));
    all.addAll(List.of("--runtime-dir", path.toString()));
    all.addAll(List.of(arguments));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int status =
        HostMain.execute(
            new PrintStream(out, true, UTF_8),
            new PrintStream(err, true, UTF_8),
            all.toArray(String[]::new));
    return new Said(status, out.toString(UTF_8), err.toString(UTF_8));
  }

  private Path file(String name) {
    return path.resolve(name);
  }

  private Said bundle(String... arguments) {
    List<String> all =
        new ArrayList<>(
            List.of("--libvirt", "test:///missing", "--out", file("bundle").toString()));
    all.addAll(List.of(arguments));
    return say("support-bundle", all.toArray(String[]::new));
  }

  @Test
  void aBundleOpensOnItsHostAndHoldsNoKeyNeitherSealedNorOpened() throws IOException {
    giveKeys();
    Path log = Files.writeString(file("agent.log"), "a line of the log");

    Said written = bundle("--log", log.toString());

    assertThat(written.err()).isEmpty();
    assertThat(written.status()).isZero();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file("bundle"))))
        .isEqualTo("rw-------");
    byte[] sealed = Files.readAllBytes(file("bundle"));
    assertThat(new String(sealed, UTF_8)).doesNotContain("doctor", "log");
    Said opened =
        say("decrypt-bundle", file("bundle").toString(), "--out", file("clear.zip").toString());
    assertThat(opened.err()).isEmpty();
    assertThat(opened.status()).isZero();
    List<String> names = new ArrayList<>();
    byte[] all = contents(file("clear.zip"), names);
    assertThat(names).contains("about.txt", "doctor.json", "files.txt", "domains/unavailable.txt");
    assertThat(new String(all, UTF_8)).contains("a line of the log", "host kvm1", "native lab");
    for (byte[] key : keys) {
      SecretForms.assertAbsent(all, key);
      SecretForms.assertAbsent(sealed, key);
      SecretForms.assertAbsent(Files.readAllBytes(directory.resolve("dump-key.json")), key);
    }
  }

  private static byte[] contents(Path zipped, List<String> names) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    try (InputStream in = Files.newInputStream(zipped);
        ZipInputStream zip = new ZipInputStream(in)) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        names.add(entry.getName());
        zip.transferTo(all);
      }
    }
    return all.toByteArray();
  }

  @Test
  void aPasswordOpensItWithoutTheHostAndTheWrongOneLeavesNoFile() throws IOException {
    giveKeys();
    assertThat(bundle("--password-file", password.toString()).status()).isZero();
    Path wrong = Files.writeString(path.resolve("wrong"), "for nobody\n");
    Path elsewhere = path.resolve("elsewhere");

    String[] open = {file("bundle").toString(), "--out", file("clear.zip").toString(), "--dir"};
    Said refused =
        say(
            "decrypt-bundle",
            file("bundle").toString(),
            "--out",
            file("clear.zip").toString(),
            "--password-file",
            wrong.toString());
    assertThat(refused.status()).isEqualTo(1);
    assertThat(refused.err())
        .isEqualTo("keymoor host: The password does not open this file. No file was left.\n");
    assertThat(file("clear.zip")).doesNotExist();
    directory = elsewhere;
    Said opened =
        say("decrypt-bundle", open[0], open[1], open[2], "--password-file", password.toString());
    assertThat(opened.err()).isEmpty();
    assertThat(file("clear.zip")).isNotEmptyFile();
  }

  @Test
  void whatAHostWroteBeforeItsFirstHostKeyOpensAfterIt() throws IOException {
    assertThat(bundle().err()).isEmpty();
    giveKeys();
    Said opened =
        say("decrypt-bundle", file("bundle").toString(), "--out", file("clear.zip").toString());
    assertThat(opened.err()).isEmpty();
    byte[] before = publicKey();
    look(true);
    assertThat(publicKey()).as("the same pair, under the host key").isEqualTo(before);
    Files.delete(file("clear.zip"));
    assertThat(
            say("decrypt-bundle", file("bundle").toString(), "--out", file("clear.zip").toString())
                .status())
        .isZero();
  }

  /** What the agent does when keys come or go. */
  private void look(boolean withProvider) {
    try (SecretBytes key = SecretBytes.takeOver(kdk.clone());
        HostConfiguration configuration =
            new TestHost(new io.keymoor.host.config.HostDirectory(directory)).configuration();
        HostKeys held = new HostKeys()) {
      new DesiredProviders(configuration, held, manager.hostId(), false)
          .apply(
              new DesiredState(
                  2, withProvider ? List.of(manager.assignment(LAB, "lab", key)) : List.of()));
      new DumpKeyUpkeep(
              new HostEncryption(configuration, held, manager.hostId(), RANDOM),
              new DumpKey(
                  new io.keymoor.host.config.HostDirectory(directory),
                  configuration,
                  manager.hostId(),
                  RANDOM))
          .look();
    }
  }

  @Test
  void whereNobodyCouldOpenItAPasswordIsWanted() throws IOException {
    giveKeys();
    assertThat(bundle().status()).isZero();
    Files.delete(file("bundle"));
    look(false);
    assertThat(bundle().err()).as("it was made while the host key was there").isEmpty();
    Files.delete(file("bundle"));
    Files.delete(directory.resolve("dump-key.json"));

    Said refused = bundle();
    assertThat(refused.status()).isEqualTo(1);
    assertThat(refused.err()).contains("dump key is missing", "--password-file");
    assertThat(file("bundle")).doesNotExist();
    assertThat(bundle("--password-file", password.toString()).status()).isZero();
  }

  @Test
  void aFileThatIsThereIsLeftAndACutOneGivesNothing() throws IOException {
    giveKeys();
    assertThat(bundle().status()).isZero();
    byte[] whole = Files.readAllBytes(file("bundle"));
    assertThat(bundle().err()).contains("is there already and was left");
    assertThat(file("bundle")).hasBinaryContent(whole);

    Files.write(file("cut"), java.util.Arrays.copyOf(whole, whole.length - 1));
    Said refused = say("decrypt-bundle", file("cut").toString(), "--out", file("clear").toString());
    assertThat(refused.err()).contains("was changed or cut short");
    assertThat(file("clear")).doesNotExist();
  }

  @Test
  void memoryGoesThroughAPipeAndIsOnNoDiskInClear() throws IOException {
    giveKeys();
    byte[] memory = "a page of the guest ".repeat(200_000).getBytes(UTF_8);
    Hypervisor writing = hypervisor(pipe -> Files.write(pipe, memory));
    SealedOutput output = output();

    output.write(new MemoryDump(writing, UUID.randomUUID(), path), RANDOM);

    assertThat(Files.readString(file("dump"), java.nio.charset.StandardCharsets.ISO_8859_1))
        .doesNotContain("page of the guest");
    Said opened = say("decrypt-bundle", file("dump").toString(), "--out", file("core").toString());
    assertThat(opened.out()).contains("memory-dump");
    assertThat(file("core")).hasBinaryContent(memory);
    try (var left = Files.list(path)) {
      assertThat(left.map(Path::toString)).noneMatch(name -> name.contains("memory."));
    }
  }

  @Test
  void aDumpThatLibvirtRefusesLeavesNoFile() {
    giveKeys();
    Hypervisor refusing =
        hypervisor(pipe -> {
          throw new IllegalStateException("libvirt says no");
        });

    org.assertj.core.api.Assertions.assertThatThrownBy(
            () -> output().write(new MemoryDump(refusing, UUID.randomUUID(), path), RANDOM))
        .hasMessage("libvirt says no");

    assertThat(file("dump")).doesNotExist();
  }

  private SealedOutput output() {
    return new SealedOutput(
        file("dump"),
        "memory-dump",
        List.of(new io.keymoor.crypto.stream.Recipient.KeyOwner(publicKey())));
  }

  private byte[] publicKey() {
    return new io.keymoor.host.dump.HostSecrets(
            new io.keymoor.host.config.HostDirectory(directory), path, RANDOM)
        .publicKey()
        .orElseThrow();
  }

  /** Writes what it is told when memory is to be dumped; nothing else is asked of it here. */
  @FunctionalInterface
  private interface Dumping {
    void dump(Path pipe) throws IOException;
  }

  private static Hypervisor hypervisor(Dumping dumping) {
    return (Hypervisor)
        Proxy.newProxyInstance(
            Hypervisor.class.getClassLoader(),
            new Class<?>[] {Hypervisor.class},
            (proxy, method, arguments) -> {
              if (!method.getName().equals("dumpMemory")) {
                throw new AssertionError(method.getName());
              }
              try {
                dumping.dump((Path) arguments[1]);
              } catch (IOException failure) {
                throw new UncheckedIOException(failure);
              }
              return null;
            });
  }
}
