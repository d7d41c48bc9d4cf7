package io.keymoor.disk.inplace;

import static io.keymoor.disk.TestDisk.KIB;
import static org.assertj.core.api.Assertions.assertThat;

import io.keymoor.disk.DiskKey;
import io.keymoor.disk.TestDisk;
import io.keymoor.disk.Tools;
import io.keymoor.secret.SecretBytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** A qcow2 image as QEMU makes, fills, reads and checks it. */
final class QemuDisk {
  private final Path disk;
  private DiskKey key = DiskKey.NONE;

  QemuDisk(Path disk) {
    this.disk = disk;
  }

  /** What opens it now. */
  DiskKey key() {
    return key;
  }

  void opensWith(DiskKey newKey) {
    key = newKey;
  }

  void create(String options, long size) {
    Tools.run("qemu-img", "create", "-q", "-f", "qcow2", "-o", options, disk, size);
  }

  /** So many runs of random bytes, at random places, in one QEMU. */
  void write(long size, int cluster, int runs, long seed) throws IOException {
    Random random = new Random(seed);
    Path noise = TestDisk.full(disk.resolveSibling("noise"), 256 * KIB, seed);
    List<Object> command = new ArrayList<>(List.of("qemu-io"));
    command.addAll(List.of("--object", TestDisk.secretObject(keyFile())));
    for (int i = 0; i < runs; i++) {
      long length = Math.min(size, 512L * (1 + random.nextInt(256)));
      long at = random.nextLong((size - length) / 512 + 1) * 512;
      command.add("-c");
      command.add(
          i % 5 == 4
              ? "write -z " + at + " " + length
              : "write -s " + noise + " " + at + " " + length);
      if (i % 7 == 6) {
        long start = at / cluster * cluster;
        command.add("-c");
        command.add("discard " + start + " " + Math.min(cluster, size - start));
      }
    }
    command.addAll(List.of("--image-opts", options()));
    assertThat(Tools.run(command.toArray())).doesNotContain("failed").doesNotContain("error");
  }

  Path keyFile() throws IOException {
    String text =
        key.equals(DiskKey.NONE) || isFirst() ? TestDisk.KEY_TEXT : TestDisk.OTHER_KEY_TEXT;
    return Files.writeString(disk.resolveSibling("key-" + text.charAt(0)), text);
  }

  private boolean isFirst() {
    return key instanceof DiskKey.RandomSecret random && isText(random.secret(), TestDisk.KEY_TEXT);
  }

  private static boolean isText(SecretBytes secret, String text) {
    try (SecretBytes other = TestDisk.secret(text)) {
      return secret.equals(other);
    }
  }

  String options() {
    return key instanceof DiskKey.None
        ? "driver=qcow2,file.filename=" + disk
        : TestDisk.qcow2LuksOptions(disk);
  }

  /** Its contents as QEMU reads them. */
  Path clear(String name, String... snapshot) throws IOException {
    Path raw = disk.resolveSibling(name);
    Files.deleteIfExists(raw);
    List<Object> command =
        new ArrayList<>(
            List.of("qemu-img", "convert", "--object", TestDisk.secretObject(keyFile())));
    if (snapshot.length > 0) {
      command.addAll(List.of("-l", snapshot[0]));
    }
    command.addAll(List.of("--image-opts", "-O", "raw", options(), raw));
    Tools.run(command.toArray());
    return raw;
  }

  void findsTheSame(Path expected) throws IOException {
    String secret = TestDisk.secretObject(keyFile());
    String check = Tools.run("qemu-img", "check", "--object", secret, "--image-opts", options());
    assertThat(check).contains("No errors were found on the image.").doesNotContain("Leaked");
    Tools.run(
        "qemu-img",
        "compare",
        "--object",
        secret,
        "--image-opts",
        "driver=raw,file.filename=" + expected,
        options());
  }
}
