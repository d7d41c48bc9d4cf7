package io.keymoor.disk.command;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.keymoor.disk.BulkAes;
import io.keymoor.disk.DataRuns;
import io.keymoor.disk.Machine;
import io.keymoor.disk.engine.CancelToken;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DiskMainTest {
  private static final String KEY =
      "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
  private static final String RANDOM = "--new-key-is-random";
  private static final String OTHER_KEY =
      "ffeeddccbbaa99887766554433221100ffeeddccbbaa99887766554433221100";

  @TempDir Path directory;
  private String disk = "";
  private String key = "";
  private String otherKey = "";

  @BeforeEach
  void aDiskAndKeys() throws IOException {
    byte[] content = new byte[3 * 1024 * 1024 + 512];
    new Random(1).nextBytes(content);
    disk = Files.write(directory.resolve("disk.img"), content).toString();
    key = Files.writeString(directory.resolve("key"), KEY).toString();
    otherKey = Files.writeString(directory.resolve("other"), OTHER_KEY).toString();
  }

  private record Result(int exit, String out, String err) {}

  private Result run(String input, String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int exit =
        DiskMain.run(
            new ByteArrayInputStream(input.getBytes(US_ASCII)),
            new PrintWriter(out, true),
            new PrintWriter(err, true),
            arguments);
    return new Result(exit, out.toString(), err.toString());
  }

  private void succeeds(String... arguments) {
    Result result = run("", arguments);
    assertThat(result.err()).isEmpty();
    assertThat(result.exit()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"raw", "qcow2"})
  void copiesThatAreEncryptedReencryptedAndDecryptedHoldTheSame(String format) throws IOException {
    String one = directory.resolve("one").toString();
    String two = directory.resolve("two").toString();
    String three = directory.resolve("three").toString();
    succeeds(
        "encrypt",
        disk,
        "--to",
        one,
        "--format",
        format,
        "--new-key-file",
        key,
        "--new-key-is-random");
    succeeds(
        "reencrypt",
        one,
        "--to",
        two,
        "--key-file",
        key,
        "--new-key-file",
        otherKey,
        "--new-key-is-random",
        "--limit",
        "1G");
    succeeds("verify", two, "--key-file", otherKey);
    succeeds("decrypt", two, "--to", three, "--key-file", otherKey, "--format", "raw");
    assertThat(Path.of(three)).hasSameBinaryContentAs(Path.of(disk));
  }

  @Test
  void aDiskIsEncryptedReencryptedAndDecryptedInPlace() throws IOException {
    Path before = Files.copy(Path.of(disk), directory.resolve("before"));
    succeeds("encrypt", disk, "--in-place", "--new-key-file", key, "--new-key-is-random");
    assertThat(run("", "inspect", disk).out()).contains("encryption    LUKS1");
    succeeds(
        "reencrypt",
        disk,
        "--in-place",
        "--key-file",
        key,
        "--new-key-file",
        otherKey,
        "--new-key-is-random");
    succeeds("verify", disk, "--key-file", otherKey);
    succeeds("decrypt", disk, "--in-place", "--key-file", otherKey);
    assertThat(Path.of(disk)).hasSameBinaryContentAs(before);
  }

  @Test
  void anImageKeepsItsKindInPlaceUnlessAnotherIsSaid() throws IOException {
    Path before = Files.copy(Path.of(disk), directory.resolve("before"));
    String qcow2 = directory.resolve("disk.qcow2").toString();
    succeeds("encrypt", disk, "--to", qcow2, "--format", "qcow2", "--new-key-file", key, RANDOM);
    succeeds("decrypt", qcow2, "--in-place", "--key-file", key);
    assertThat(run("", "inspect", qcow2).out()).contains("qcow2", "none");
    succeeds("encrypt", qcow2, "--in-place", "--new-key-file", key, RANDOM);
    succeeds("verify", qcow2, "--key-file", key);
    succeeds("encrypt", disk, "--in-place", "--luks", "2", "--new-key-file", key, RANDOM);
    assertThat(run("", "inspect", disk).out()).contains("encryption    LUKS2");
    succeeds(
        "reencrypt", disk, "--in-place", "--key-file", key, "--new-key-file", otherKey, RANDOM);
    assertThat(run("", "inspect", disk).out()).contains("encryption    LUKS2");
    succeeds("key", "add", disk, "--key-file", otherKey, "--new-key-file", key, RANDOM);
    succeeds("key", "remove", disk, "--key-file", otherKey);
    succeeds("decrypt", disk, "--in-place", "--key-file", key);
    assertThat(Path.of(disk)).hasSameBinaryContentAs(before);
  }

  @Test
  void aKeyFromStandardInputLosesItsLineEndOnly() {
    String luks = directory.resolve("luks").toString();
    Result encrypted =
        run(
            KEY + "\n",
            "encrypt",
            disk,
            "--to",
            luks,
            "--luks",
            "2",
            "--new-key-file",
            "-",
            "--new-key-is-random");
    assertThat(encrypted.exit()).as(encrypted.err()).isZero();
    assertThat(encrypted.out()).contains("is written and verified: a disk of 3.0 MiB");
    assertThat(run("", "inspect", luks).out()).contains("encryption    LUKS2");
    succeeds("verify", luks, "--key-file", key);
  }

  @Test
  void whatIsWrongIsSaidInOneSentenceAndTheDiskIsLeftAsItWas() {
    Result wrong = run("", "verify", disk, "--key-file", key);
    assertThat(wrong.exit()).isEqualTo(1);
    assertThat(wrong.err())
        .isEqualTo(
            "keymoor: "
                + disk
                + " is not encrypted, so no key opens it."
                + " Nothing was changed."
                + System.lineSeparator());
    assertThat(run("", "verify", disk + "x").err()).contains("There is no disk image");
    assertThat(run("", "rollback", disk, "--new-key-file", key).err())
        .contains("no conversion in place of it is unfinished");
    assertThat(
            run(
                    "short",
                    "encrypt",
                    disk,
                    "--in-place",
                    "--new-key-file",
                    "-",
                    "--new-key-is-random")
                .err())
        .contains("a random key of 256 bits has 32 bytes or more, and this has 5");
  }

  @Test
  void keysComeAndGoAndAHeaderIsKept() {
    String luks = directory.resolve("luks").toString();
    String header = directory.resolve("header").toString();
    succeeds("encrypt", disk, "--to", luks, "--format", "raw", "--new-key-file", key);
    succeeds("header", "backup", luks, "--to", header);
    succeeds(
        "key", "add", luks, "--key-file", key, "--new-key-file", otherKey, "--new-key-is-random");
    succeeds("key", "remove", luks, "--key-file", key);
    succeeds("verify", luks, "--key-file", otherKey);
    assertThat(run("", "key", "remove", luks, "--key-file", otherKey).err())
        .contains("no other key would open it any more");
    succeeds("header", "restore", luks, "--from", header, "--key-file", key);
    succeeds("verify", luks, "--key-file", key);
  }

  @Test
  void whereTheSystemHasNoPrioritiesIdleSaysSoAndGoesOn() throws IOException {
    Path luks = directory.resolve("luks");
    Path clear = directory.resolve("clear");
    Machine obliging = new Obliging();
    Result without =
        idle(Machine.JAVA, "encrypt", disk, "--to", luks.toString(), "--new-key-file", key, RANDOM);
    assertThat(without.err()).contains("gives no IO priorities, so --idle changes nothing");
    assertThat(without.exit()).isZero();
    Result with =
        idle(obliging, "decrypt", luks.toString(), "--to", clear.toString(), "--key-file", key);
    assertThat(with.err()).isEmpty();
    assertThat(with.exit()).isZero();
    assertThat(Files.mismatch(clear, Path.of(disk))).isEqualTo(-1);
  }

  /** A machine that does what it is asked, once. */
  private static final class Obliging implements Machine {
    private boolean asked;

    @Override
    public Optional<BulkAes> aes(byte[] keys, int offset) {
      return Optional.empty();
    }

    @Override
    public Optional<DataRuns> dataRuns(Path file) {
      return Optional.empty();
    }

    @Override
    public boolean yieldDisks() {
      boolean first = !asked;
      asked = true;
      return first;
    }
  }

  private static Result idle(Machine machine, String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    Console console =
        new Console(
            InputStream.nullInputStream(),
            new PrintWriter(out, true),
            new PrintWriter(err, true),
            false,
            new CancelToken(),
            machine);
    String[] all =
        Stream.concat(Arrays.stream(arguments), Stream.of("--idle")).toArray(String[]::new);
    return new Result(DiskMain.run(console, all), out.toString(), err.toString());
  }

  @Test
  void wrongUsageIsTwo() {
    assertThat(run("", "encrypt", disk, "--new-key-file", key).exit()).isEqualTo(2);
    assertThat(run("", "encrypt", disk, "--in-place", "--to", "x", "--new-key-file", key).exit())
        .isEqualTo(2);
    assertThat(run("", "encrypt", disk, "--in-place", "--luks", "3", "--new-key-file", key).err())
        .contains("--luks takes 1 or 2");
    assertThat(run("", "rollback", disk).exit()).isEqualTo(2);
    assertThat(run("", "decrypt", disk, "--to", "x", "--key-file", key, "--limit", "fast").err())
        .contains("'fast' is no size such as 200M");
    assertThat(run("", "--help").out())
        .contains(
            "inspect", "encrypt", "decrypt", "reencrypt", "rollback", "verify", "key", "header");
    assertThat(run("", "encrpt", disk).err()).contains("encrpt", "encrypt");
  }
}
