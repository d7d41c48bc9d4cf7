package io.keymoor.host;

import io.keymoor.host.config.ConfigurationException.SealRefused;
import io.keymoor.host.config.HostDirectory;
import io.keymoor.host.config.TpmTerms;
import io.keymoor.host.config.TpmUpkeep;
import io.keymoor.tpm.Approval;
import io.keymoor.tpm.TpmException;
import io.keymoor.tpm.credential.EndorsementKey;
import io.keymoor.tpm.credential.NotATpmKey;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HexFormat;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * {@code keymoor host tpm}: what to do before and after an update of the boot chain. Each may be
 * repeated after any interruption; the agent may run.
 */
@Command(
    name = "tpm",
    description =
        "The registers that the host's TPM checks before it opens the configuration: suspend them before an update of firmware or boot loader, or approve the values after it.",
    mixinStandardHelpOptions = true)
final class TpmCommand {
  private static final int MOST_BYTES = 4096;

  private final PrintStream out;

  TpmCommand(PrintStream out) {
    this.out = out;
  }

  /** Which host. */
  static final class Place {
    @Mixin
    @SuppressWarnings("UnusedVariable")
    private HostMain.LauncherOptions launcher = new HostMain.LauncherOptions();

    @Mixin private DirectoryOption host = new DirectoryOption();

    HostDirectory directory() {
      return host.directory();
    }

    TpmUpkeep upkeep() {
      return new TpmUpkeep(directory());
    }
  }

  @Command(
      name = "suspend",
      description =
          "Before an update of firmware, Secure Boot or boot loader: until the agent starts after the next boot, the same TPM is enough to open the configuration. Who steals the whole host meanwhile can open it however it boots.",
      mixinStandardHelpOptions = true)
  int suspend(@Mixin Place place) {
    try {
      place.upkeep().suspend(TpmUpkeep.boot());
    } catch (TpmException refused) {
      throw refusal(refused);
    }
    out.println(
        "Suspended: update and boot. The agent resumes by itself after the next boot, with the"
            + " registers as they are then; keymoor host tpm resume does it at once.");
    return 0;
  }

  @Command(
      name = "resume",
      description =
          "Make the registers as they are now the condition again. What was written while suspended opens nothing any more.",
      mixinStandardHelpOptions = true)
  int resume(@Mixin Place place) {
    try {
      out.println(
          place.upkeep().resume()
              ? "Resumed: the TPM opens the configuration while its registers are as they are now."
              : "Nothing was suspended.");
    } catch (TpmException refused) {
      throw refusal(refused);
    }
    return 0;
  }

  @Command(
      name = "measure",
      description =
          "Write the digest of the registers as they are now, for an approver to sign: openssl dgst -sha256 -sign KEY -out SIGNATURE FILE. The same on every machine that booted the same.",
      mixinStandardHelpOptions = true)
  int measure(
      @Mixin Place place,
      @Option(
              names = "--out",
              paramLabel = "FILE",
              required = true,
              description = "Where to; it must not exist.")
          Path file) {
    try {
      byte[] measured = place.upkeep().measured();
      Files.write(file, measured, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
      out.println(HexFormat.of().formatHex(measured));
      return 0;
    } catch (TpmException refused) {
      throw refusal(refused);
    } catch (IOException failure) {
      throw new SealRefused("measurement_not_written", file + " can't be written.");
    }
  }

  @Command(
      name = "approve",
      description =
          "Accept an approver's signature over what keymoor host tpm measure wrote, here or on another machine that booted the same. A locked host opens within ten seconds.",
      mixinStandardHelpOptions = true)
  int approve(
      @Mixin Place place,
      @Option(
              names = "--measured",
              paramLabel = "FILE",
              required = true,
              description = "What was signed.")
          Path measured,
      @Option(
              names = "--signature",
              paramLabel = "FILE",
              required = true,
              description = "The signature.")
          Path signature) {
    try {
      place.upkeep().approve(new Approval(read(measured), read(signature)));
    } catch (TpmException refused) {
      throw refusal(refused);
    } catch (IllegalArgumentException malformed) {
      throw new SealRefused(
          "approval_malformed", "This is no approval: " + malformed.getMessage() + ".");
    }
    out.println("Approved: the TPM opens the configuration also where the registers are so.");
    return 0;
  }

  @Command(
      name = "show",
      description =
          "Show on what terms the TPM opens the configuration, and which TPM it is: the fingerprint of its endorsement key.",
      mixinStandardHelpOptions = true)
  int show(@Mixin Place place) {
    TpmTerms terms = place.upkeep().terms();
    out.println("registers  " + (terms.pcrs().isEmpty() ? "none" : terms.pcrs().text()));
    out.println("suspended  " + (terms.suspendedIn().isPresent() ? "until the next boot" : "no"));
    out.println("approver   " + terms.approver().map(_ -> "yes").orElse("none"));
    out.println("TPM        " + endorsementKey(place));
    return 0;
  }

  /** What an administrator compares before the TPM is approved at the manager. */
  private static String endorsementKey(Place place) {
    try {
      return EndorsementKey.parse(place.directory().tpmSeal().tpm().endorsement().key())
          .fingerprint();
    } catch (TpmException | NotATpmKey unable) {
      return "can't show its endorsement key: " + unable.getMessage();
    }
  }

  private static byte[] read(Path file) {
    try {
      if (Files.size(file) > MOST_BYTES) {
        throw new IllegalArgumentException(file + " is too long");
      }
      return Files.readAllBytes(file);
    } catch (IOException unreadable) {
      throw new SealRefused("approval_unreadable", file + " can't be read.");
    }
  }

  private static SealRefused refusal(TpmException refused) {
    return new SealRefused(refused.code(), String.valueOf(refused.getMessage()));
  }
}
