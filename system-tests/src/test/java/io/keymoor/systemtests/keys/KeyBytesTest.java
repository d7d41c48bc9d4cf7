package io.keymoor.systemtests.keys;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.keymoor.hypervisor.process.ChildProcess;
import io.keymoor.hypervisor.process.Program;
import io.keymoor.quickstart.scene.FileSearch;
import io.keymoor.quickstart.scene.Guest;
import io.keymoor.quickstart.scene.JavaService;
import io.keymoor.quickstart.scene.Scene;
import io.keymoor.systemtests.testing.Lab;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * After a whole story, with the encrypted VM running on its second key: no key of it is in any
 * process's arguments or environment, in any file of manager, host, libvirt and datastore, in any
 * temporary file, or in the manager's database. No file and no directory is left out.
 */
class KeyBytesTest {
  private static Lab lab;
  private static ProcessWitness witness;
  private static TemporaryFiles temporary;
  private static KnownKeys keys;

  @BeforeAll
  static void tellTheStory() throws IOException {
    Lab.requireTools();
    temporary = new TemporaryFiles();
    witness = new ProcessWitness();
    lab = Lab.raised();
    keys = new KnownKeys(lab.scene().backup());
    Guest guest = lab.prepareGuest();
    lab.succeed(lab.client().encryptVm(guest.name(), Optional.empty(), List.of()));
    keys.addOf(Files.readString(guest.sidecar()));
    lab.succeed(lab.client().addTpm(guest.name(), Optional.empty()));
    keys.addOf(Files.readString(guest.sidecar()));
    lab.boot();
    guest.talkToTpm();
    lab.succeed(lab.client().rekeyVm(guest.name(), Optional.empty()));
    keys.addOf(Files.readString(guest.sidecar()));
    guest.requireSameContents();
  }

  @AfterAll
  static void tearDown() {
    if (witness != null) {
      witness.close();
    }
    if (keys != null) {
      keys.close();
    }
    if (lab != null) {
      lab.close();
    }
  }

  @Test
  void everyKindOfKeyIsAmongThoseLookedFor() {
    assertThat(keys.names())
        .anyMatch(name -> name.equals("KDK"))
        .anyMatch(name -> name.equals("DEK of home"))
        .anyMatch(name -> name.equals("DEK of disk:vda"))
        .anyMatch(name -> name.equals("LUKS passphrase of disk:vda"))
        .anyMatch(name -> name.equals("vTPM passphrase"));
    assertThat(keys.names()).filteredOn(name -> name.startsWith("KEK ")).hasSizeGreaterThan(1);
  }

  @Test
  void noKeyIsInAnyArgumentOrEnvironment() {
    NeedleSearch search = new NeedleSearch(keys.needles());
    witness.lookAround();
    witness.showTo(search);
    for (String program :
        List.of("HostMain", "ManagerMain", "postgres", "libvirtd", "qemu-system", "swtpm")) {
      assertThat(witness.saw(program)).as("saw %s", program).isTrue();
    }
    assertThat(search.found()).isEmpty();
  }

  @Test
  void noKeyIsInAnyFile() {
    try (ManagerDatabase database = new ManagerDatabase(places("manager"))) {
      database.checkpoint();
    }
    NeedleSearch search = new NeedleSearch(keys.needles());
    for (String place : List.of("manager", "host", "libvirt", "datastore", "logs", "backups")) {
      int before = search.placesSeen();
      search.look(places(place));
      assertThat(search.placesSeen()).as("files in %s", place).isGreaterThan(before);
    }
    search.look(places(""));
    temporary.madeMeanwhile().forEach(search::look);
    assertThat(search.found()).isEmpty();
    assertThat(search.bytesSeen()).isGreaterThan(10_000_000);
  }

  @Test
  void noKeyIsInTheDatabase() {
    NeedleSearch search = new NeedleSearch(keys.needles());
    try (ManagerDatabase database = new ManagerDatabase(places("manager"))) {
      assertThat(database.showTo(search)).isGreaterThan(5);
    }
    assertThat(search.found()).isEmpty();
    assertThat(search.bytesSeen()).isGreaterThan(5000);
  }

  @Test
  void noKeyIsInADumpOfTheGuestNorInABundle(@TempDir Path directory) throws IOException {
    Scene scene = lab.scene();
    scene.guest().requireSameContents();
    List<String> here = List.of("--libvirt", scene.libvirt().uri());
    Path log = scene.agent().service().log();
    host("dump", scene.guest().name(), here, directory.resolve("dump"));
    host("support-bundle", "--log=" + log, here, directory.resolve("bundle"));
    for (String kind : List.of("dump", "bundle")) {
      Path sealed = directory.resolve(kind);
      Path clear = directory.resolve(kind + ".clear");
      host("decrypt-bundle", sealed.toString(), List.of(), clear);
      NeedleSearch search = new NeedleSearch(keys.needles());
      search.look(sealed);
      search.look(kind.equals("bundle") ? unzipped(clear) : clear);
      assertThat(search.found()).as(kind).isEmpty();
      Files.delete(sealed);
    }
    byte[] read = scene.guest().markerBytes().orElseThrow();
    assertThat(FileSearch.contains(directory.resolve("dump.clear"), read))
        .as("what the guest has in memory is in its dump")
        .isTrue();
  }

  private static Path unzipped(Path archive) throws IOException {
    Path all = archive.resolveSibling(archive.getFileName() + ".all");
    try (ZipInputStream zip = new ZipInputStream(Files.newInputStream(archive));
        OutputStream out = Files.newOutputStream(all)) {
      while (zip.getNextEntry() != null) {
        zip.transferTo(out);
      }
    }
    for (String known : List.of("<domain", "keymoor:key-record", "CommandRunner")) {
      assertThat(FileSearch.contains(all, known.getBytes(US_ASCII))).as(known).isTrue();
    }
    return all;
  }

  private static void host(String command, String what, List<String> more, Path out) {
    List<String> words = new ArrayList<>(List.of(command, what));
    words.addAll(List.of("--dir", places("host").toString()));
    words.addAll(List.of("--runtime-dir", places("run").toString(), "--out", out.toString()));
    words.addAll(more);
    lab.scene().agent().says(words);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ABRT", "SEGV"})
  void anAgentThatASignalEndsLeavesNoKeysBehind(String signal, @TempDir Path directory) {
    assumeThatCoreFilesAreSeen(directory);
    try {
      assertNothingLeftBy(lab.scene().agent().service(), signal);
    } finally {
      lab.scene().agent().start();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"ABRT", "SEGV"})
  void aManagerThatASignalEndsLeavesNoKeysBehind(String signal, @TempDir Path directory) {
    assumeThatCoreFilesAreSeen(directory);
    try {
      assertNothingLeftBy(lab.scene().manager().service(), signal);
    } finally {
      lab.scene().manager().start();
    }
  }

  /** Neither a core file nor Java's own report of a crash. */
  private static void assertNothingLeftBy(JavaService service, String signal) {
    Set<Path> left = CoreFiles.afterSignal(service.pid(), signal);
    NeedleSearch search = new NeedleSearch(keys.needles());
    left.forEach(search::look);
    left.forEach(KeyBytesTest::delete);
    assertThat(left).isEmpty();
    assertThat(search.found()).isEmpty();
  }

  /** Skips the test where the kernel gives core files to a program, or nobody may have any. */
  private static void assumeThatCoreFilesAreSeen(Path directory) {
    Program other = Program.of("sleep", "600").in(directory);
    try (ChildProcess child = ChildProcess.start(other, directory.resolve("log"))) {
      Set<Path> left = CoreFiles.afterSignal(child.pid(), "ABRT");
      assumeTrue(
          left.stream().anyMatch(file -> file.getFileName().toString().startsWith("core")),
          "a core file of another program is written to its working directory");
    }
  }

  private static void delete(Path file) {
    try {
      Files.delete(file);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** Without this, finding nothing would prove nothing. */
  @Test
  void whatIsPlantedIsFound(@TempDir Path directory) throws IOException {
    byte[] planted = new byte[32];
    new SecureRandom().nextBytes(planted);
    List<Needle> forms = Needle.formsOf("planted", planted);
    NeedleSearch files = new NeedleSearch(forms);
    for (Needle form : forms) {
      Path file = Files.createTempFile(directory, "planted", "");
      // Over the border of two chunks, where a search is most likely to be blind.
      Files.write(file, concatenated(new byte[1024 * 1024 - 7], form.bytes(), new byte[9]));
    }
    files.look(directory);
    assertThat(files.found()).hasSameSizeAs(forms);
    assertFoundInProcesses(forms, planted);
    assertFoundInDatabase(forms, planted);
  }

  private static void assertFoundInProcesses(List<Needle> forms, byte[] planted) {
    String hex = HexFormat.of().formatHex(planted);
    Path log = places("logs").resolve("holder.log");
    Program holder = Program.of("sleep", "600").withVariable("PLANTED", "x" + hex);
    try (ChildProcess child = ChildProcess.start(holder, log)) {
      assertThat(child.isAlive()).isTrue();
      witness.lookAround();
      NeedleSearch processes = new NeedleSearch(forms);
      witness.showTo(processes);
      assertThat(processes.found()).singleElement().asString().contains("in hex", "sleep 600");
    }
  }

  private static void assertFoundInDatabase(List<Needle> forms, byte[] planted) {
    String hex = HexFormat.of().formatHex(planted);
    try (ManagerDatabase database = new ManagerDatabase(places("manager"))) {
      database.execute("CREATE TABLE planted (content bytea)");
      database.execute("INSERT INTO planted VALUES (decode('" + hex + "', 'hex'))");
      database.checkpoint();
      NeedleSearch rows = new NeedleSearch(forms);
      database.showTo(rows);
      NeedleSearch files = new NeedleSearch(forms);
      files.look(places("manager").resolve("postgres"));
      database.execute("DROP TABLE planted");
      assertThat(rows.found()).containsExactly("planted in hex is in table public.planted");
      assertThat(files.found()).anyMatch(place -> place.startsWith("planted raw is in "));
    }
  }

  private static byte[] concatenated(byte[]... pieces) {
    java.io.ByteArrayOutputStream all = new java.io.ByteArrayOutputStream();
    for (byte[] piece : pieces) {
      all.writeBytes(piece);
    }
    return all.toByteArray();
  }

  private static Path places(String name) {
    Scene scene = lab.scene();
    return name.isEmpty() ? scene.places().base() : scene.places().base().resolve(name);
  }
}
