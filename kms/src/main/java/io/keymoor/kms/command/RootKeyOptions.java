package io.keymoor.kms.command;

import io.keymoor.kms.node.NodeException;
import io.keymoor.kms.node.NodeSettings.RootKeySource;
import io.keymoor.kms.node.RootKeyWish;
import io.keymoor.tpm.PcrSelection;
import io.keymoor.tpm.Tpm;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The options that say what seals the keys. */
final class RootKeyOptions {
  @Option(
      names = "--root-key",
      paramLabel = "KIND",
      description =
          "What seals the keys: passphrase, token, tpm, or tpm with the registers that must stay"
              + " as they are, like tpm:7. Default: token with --token-library, else passphrase.")
  private Optional<String> kind = Optional.empty();

  @Option(
      names = "--passphrase-file",
      paramLabel = "FILE",
      description =
          "The passphrase; without it, one is made. With a TPM: a second way to the keys, for the"
              + " day when the TPM is gone.")
  private Optional<Path> passphrase = Optional.empty();

  @Option(
      names = "--token-library",
      paramLabel = "LIBRARY",
      description = "The library of the PKCS#11 token.")
  private Optional<Path> library = Optional.empty();

  @Option(
      names = "--token-slot",
      paramLabel = "N",
      defaultValue = "0",
      description = "The token's slot, counted from 0.")
  private int slot;

  @Option(names = "--token-pin-file", paramLabel = "FILE", description = "The token's PIN.")
  private Optional<Path> pin = Optional.empty();

  @Option(
      names = "--tpm",
      paramLabel = "TCTI",
      defaultValue = Tpm.DEVICE,
      description = "Where the TPM is. Default: ${DEFAULT-VALUE}")
  private String tcti = "";

  RootKeyWish wish() {
    String chosen = kind.orElse(library.isPresent() ? "token" : "passphrase");
    int colon = chosen.indexOf(':');
    return switch (colon < 0 ? chosen : chosen.substring(0, colon)) {
      case "passphrase" -> new RootKeyWish.Passphrase(passphrase);
      case "token" ->
          new RootKeyWish.Token(
              new RootKeySource.Pkcs11(
                  required(library, "--token-library"), slot, required(pin, "--token-pin-file")));
      case "tpm" -> machineTpm(colon < 0 ? "" : chosen.substring(colon + 1));
      default ->
          throw new NodeException(
              "The root key " + chosen + " is none of passphrase, token, tpm and tpm:REGISTERS.");
    };
  }

  private RootKeyWish machineTpm(String registers) {
    try {
      return new RootKeyWish.MachineTpm(new Tpm(tcti), PcrSelection.parse(registers), passphrase);
    } catch (IllegalArgumentException wrong) {
      throw new NodeException("Wrong option: " + wrong.getMessage() + ". Nothing was changed.");
    }
  }

  /** What an administrator has to know about the choice. */
  static String advice(RootKeyWish wish, Path directory) {
    return switch (wish) {
      case RootKeyWish.Passphrase(Optional<Path> file) ->
          "Its keys are sealed under the passphrase in "
              + file.map(Path::toAbsolutePath).orElse(directory.resolve("passphrase"))
              + ".\nKeep a copy of that file elsewhere: without it every key is lost.";
      case RootKeyWish.Token _ ->
          "Its keys are sealed under a key in the token. Without the token they are lost.";
      case RootKeyWish.MachineTpm(_, PcrSelection pcrs, Optional<Path> recovery) ->
          "Its keys are sealed by this machine's TPM"
              + (pcrs.isEmpty() ? "" : ", as long as its registers " + pcrs.text() + " stay")
              + ".\n"
              + recovery
                  .map(file ->
                      "The passphrase in "
                          + file.toAbsolutePath()
                          + " opens them too: keep it elsewhere, not on this machine.")
                  .orElse(
                      "Without this TPM every key is lost: keep exports (keymoor kms export), or"
                          + " set up with --passphrase-file as a second way.");
    };
  }

  static <T> T required(Optional<T> value, String option) {
    return value.orElseThrow(() -> new NodeException("The option " + option + " is needed too."));
  }
}
