package io.keymoor.host.dump;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.keymoor.hypervisor.Domain;
import io.keymoor.hypervisor.Hypervisor;
import io.keymoor.hypervisor.HypervisorException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * What support needs of a host, as a ZIP archive: the doctor's findings, versions, definitions of
 * VMs, the state of the system, and logs that are named.
 *
 * <p>Guarantee: no key and no sealed key is in it; of the agent's directory only names of files,
 * and passwords of consoles are left out of definitions.
 *
 * @param texts files of the bundle by name
 * @param hypervisor whose VMs' definitions are taken
 * @param logs log files, of which the last 32 MiB each are taken
 */
public record SupportBundle(Map<String, byte[]> texts, Hypervisor hypervisor, List<Path> logs)
    implements SealedOutput.Contents {
  private static final long MOST_OF_A_LOG = 32L << 20;
  private static final int MOST_OF_SYSTEM = 1 << 20;
  private static final List<String> SYSTEM =
      List.of(
          "/proc/version",
          "/proc/cmdline",
          "/proc/meminfo",
          "/proc/swaps",
          "/proc/mounts",
          "/proc/loadavg",
          "/proc/sys/kernel/core_pattern",
          "/etc/os-release");

  public SupportBundle {
    texts = Map.copyOf(texts);
    logs = List.copyOf(logs);
  }

  @Override
  public void writeTo(OutputStream out) throws IOException {
    ZipOutputStream zip = new ZipOutputStream(out, UTF_8);
    for (var text : texts.entrySet()) {
      put(zip, text.getKey(), text.getValue());
    }
    for (String file : SYSTEM) {
      if (Files.isReadable(Path.of(file))) {
        try (InputStream in = Files.newInputStream(Path.of(file))) {
          put(zip, "system" + file, in.readNBytes(MOST_OF_SYSTEM));
        }
      }
    }
    definitions(zip);
    for (Path log : logs) {
      log(zip, log);
    }
    zip.finish();
  }

  private void definitions(ZipOutputStream zip) throws IOException {
    try {
      for (Domain domain : hypervisor.domains()) {
        String xml = domain.definition().xml().replaceAll("(?i) passwd=('[^']*'|\"[^\"]*\")", "");
        put(zip, "domains/" + domain.id() + ".xml", xml.getBytes(UTF_8));
      }
    } catch (HypervisorException away) {
      put(zip, "domains/unavailable.txt", String.valueOf(away.getMessage()).getBytes(UTF_8));
    }
  }

  private static void log(ZipOutputStream zip, Path log) throws IOException {
    zip.putNextEntry(new ZipEntry("logs/" + log.toAbsolutePath().toString().replace('/', '_')));
    try (InputStream in = Files.newInputStream(log)) {
      in.skipNBytes(Math.max(0, Files.size(log) - MOST_OF_A_LOG));
      byte[] buffer = new byte[64 * 1024];
      long left = MOST_OF_A_LOG;
      for (int read = in.read(buffer); read >= 0 && left > 0; read = in.read(buffer)) {
        zip.write(buffer, 0, (int) Math.min(read, left));
        left -= read;
      }
    }
    zip.closeEntry();
  }

  private static void put(ZipOutputStream zip, String name, byte[] contents) throws IOException {
    zip.putNextEntry(new ZipEntry(name));
    zip.write(contents);
    zip.closeEntry();
  }
}
