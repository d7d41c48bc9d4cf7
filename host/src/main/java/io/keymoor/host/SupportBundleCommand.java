package io.keymoor.host;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.keymoor.host.config.HostConfiguration;
import io.keymoor.host.config.HostDirectory;
import io.keymoor.host.config.StoredHostKey;
import io.keymoor.host.dump.SupportBundle;
import io.keymoor.hypervisor.Hypervisor;
import io.keymoor.protocol.LinkJson;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code keymoor host support-bundle}. */
@Command(
    name = "support-bundle",
    description =
        "Write what support needs of this host into an encrypted file: findings of the doctor, versions, definitions of VMs, system state, logs that you name. No key is in it.",
    mixinStandardHelpOptions = true)
final class SupportBundleCommand implements Callable<Integer> {
  @Mixin private DoctorOptions looked = new DoctorOptions();
  @Mixin private SealedFileOptions sealed = new SealedFileOptions();

  @Option(names = "--log", paramLabel = "FILE", description = "A log file to add; repeatable.")
  private List<Path> logs = List.of();

  private final PrintStream out;
  private final PrintStream err;

  SupportBundleCommand(PrintStream out, PrintStream err) {
    this.out = out;
    this.err = err;
  }

  @Override
  public Integer call() {
    return Told.by(out, err, this::work);
  }

  private String work() throws IOException {
    try (Hypervisor hypervisor = looked.hypervisor()) {
      sealed.write(looked.host(), "support-bundle", new SupportBundle(texts(), hypervisor, logs));
      return "The bundle is in "
          + sealed.file()
          + ", encrypted. Open it with: keymoor host decrypt-bundle "
          + sealed.file()
          + " --out NEW.zip";
    }
  }

  private Map<String, byte[]> texts() throws IOException {
    HostDirectory directory = looked.host().directory();
    Map<String, byte[]> texts = new TreeMap<>();
    texts.put("doctor.json", LinkJson.write(looked.doctor().examine()));
    try (HostConfiguration configuration = HostConfiguration.open(directory, new SecureRandom())) {
      StringBuilder about = new StringBuilder();
      about
          .append("taken ")
          .append(Instant.now())
          .append("\nagent ")
          .append(AgentVersion.text())
          .append("\nhost ")
          .append(configuration.hostName())
          .append("\nrevision ")
          .append(configuration.desiredRevision())
          .append("\nhost key under ")
          .append(
              configuration.hostKey().map(StoredHostKey::keyId).orElse("nothing: there is none"));
      configuration
          .providers()
          .forEach(provider ->
              about
                  .append("\nprovider ")
                  .append(provider.id())
                  .append(' ')
                  .append(provider.type())
                  .append(' ')
                  .append(provider.name())
                  .append(' ')
                  .append(provider.fault()));
      texts.put("about.txt", about.append('\n').toString().getBytes(UTF_8));
    }
    try (Stream<Path> files = Files.walk(directory.path())) {
      texts.put(
          "files.txt",
          String.join("\n", files.map(Path::toString).sorted().toList()).getBytes(UTF_8));
    }
    return texts;
  }
}
