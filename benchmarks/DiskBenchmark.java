import io.keymoor.disk.DiskKey;
import io.keymoor.disk.Machine;
import io.keymoor.disk.engine.CancelToken;
import io.keymoor.disk.engine.ContainerFormat;
import io.keymoor.disk.engine.CopyRequest;
import io.keymoor.disk.engine.DiskEngine;
import io.keymoor.disk.engine.ProgressListener;
import io.keymoor.disk.engine.SourceImage;
import io.keymoor.disk.engine.TargetImage;
import io.keymoor.disk.inplace.InPlaceEngine;
import io.keymoor.disk.inplace.InPlaceRequest;
import io.keymoor.disk.linux.LinuxMachine;
import io.keymoor.secret.SecretBytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;

/**
 * Times the disk engine in one process: {@code copy|verified|in-place|rehearse ROUNDS FORMAT KEYFILE
 * SOURCE [TARGET]}. Prints the seconds of each round; in the first, classes are loaded and code is
 * cold. A rehearsal does everything once.
 */
final class DiskBenchmark {
  /** As {@code keymoor disk} has it, unless Java alone is asked for. */
  private static final Machine MACHINE =
      Boolean.getBoolean("java.alone") ? Machine.JAVA : new LinuxMachine();

  private DiskBenchmark() {}

  public static void main(String[] arguments) throws IOException {
    String mode = arguments[0];
    int rounds = Integer.parseInt(arguments[1]);
    boolean encrypted = !arguments[3].isEmpty();
    try (SecretBytes secret =
        SecretBytes.takeOver(encrypted ? Files.readAllBytes(Path.of(arguments[3])) : new byte[32])) {
      DiskKey key = new DiskKey.RandomSecret(secret);
      Path source = Path.of(arguments[4]);
      for (int round = 0; round < rounds; round++) {
        long began = System.nanoTime();
        if (mode.equals("in-place")) {
          reencryptInPlace(source, key);
        } else if (mode.equals("rehearse")) {
          rehearse(source, Path.of(arguments[5]), key);
        } else {
          Path target = Path.of(arguments[5]);
          Files.deleteIfExists(target);
          began = System.nanoTime();
          copy(source, target, ContainerFormat.valueOf(arguments[2]), key, mode.equals("verified"));
        }
        System.out.printf("%.2f%n", (System.nanoTime() - began) / 1e9);
      }
    }
  }

  private static void rehearse(Path source, Path target, DiskKey key) throws IOException {
    for (ContainerFormat format : ContainerFormat.values()) {
      copy(source, target, format, key, true);
      reencryptInPlace(target, key);
      Files.delete(target);
    }
  }

  private static void copy(
      Path source, Path target, ContainerFormat format, DiskKey key, boolean verify) {
    new DiskEngine(new SecureRandom(), MACHINE)
        .copy(
            new CopyRequest(
                new SourceImage(source, key), new TargetImage(target, format, key), verify),
            ProgressListener.SILENT,
            new CancelToken());
  }

  private static void reencryptInPlace(Path disk, DiskKey key) {
    new InPlaceEngine(new SecureRandom(), MACHINE)
        .convert(new InPlaceRequest(disk, key, key), ProgressListener.SILENT, new CancelToken());
  }
}
