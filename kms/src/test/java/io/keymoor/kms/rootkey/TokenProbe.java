package io.keymoor.kms.rootkey;

import io.keymoor.kms.testing.Tools;
import io.keymoor.secret.SecretBytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Map;

/**
 * Seals in one process and opens in another with a SoftHSM token: SoftHSM reads where its tokens
 * are from an environment variable, which has to be set before the process begins.
 */
final class TokenProbe {
  private TokenProbe() {}

  public static void main(String[] arguments) throws IOException {
    Path library = Path.of(arguments[0]);
    Path directory = Path.of(arguments[1]);
    if (arguments.length == 2) {
      prepare(library, directory);
      return;
    }
    SecureRandom random = new SecureRandom();
    Path sealed = directory.resolve("sealed");
    TokenRootKey.Token token = new TokenRootKey.Token(library, 0, directory.resolve("pin"));
    byte[] known = new byte[32];
    known[5] = 7;
    if (arguments[2].equals("seal")) {
      try (RootKey key = TokenRootKey.open(token, true, random);
          SecretBytes secret = SecretBytes.takeOver(known)) {
        Files.write(sealed, key.seal(secret));
      }
    } else if (arguments[2].equals("open")) {
      try (RootKey key = TokenRootKey.open(token, false, random);
          SecretBytes opened = key.open(Files.readAllBytes(sealed));
          SecretBytes expected = SecretBytes.takeOver(known)) {
        System.out.println(opened.equals(expected) ? "same store key" : "another store key");
      }
    } else {
      // In a process of its own: a token stays open for the process that opened it.
      wrongPin(library, directory, random);
    }
  }

  private static void wrongPin(Path library, Path directory, SecureRandom random)
      throws IOException {
    Path pin = Files.writeString(directory.resolve("wrong-pin"), "9999");
    try (RootKey key = TokenRootKey.open(new TokenRootKey.Token(library, 0, pin), false, random)) {
      System.out.println("wrong PIN accepted for " + key.name());
    } catch (RootKeyException refused) {
      System.out.println("wrong PIN refused: " + refused.getMessage());
    }
  }

  private static void prepare(Path library, Path directory) throws IOException {
    Files.createDirectories(directory.resolve("tokens"));
    Files.writeString(directory.resolve("pin"), "1234\n");
    Path configuration = directory.resolve("softhsm2.conf");
    Files.writeString(
        configuration,
        "directories.tokendir = " + directory.resolve("tokens") + "\nobjectstore.backend = file\n");
    Map<String, String> environment = Map.of("SOFTHSM2_CONF", configuration.toString());
    Tools.run(
        environment,
        "softhsm2-util",
        "--init-token",
        "--slot",
        "0",
        "--label",
        "keymoor",
        "--so-pin",
        "1234",
        "--pin",
        "1234");
    for (String step : new String[] {"seal", "open", "wrong"}) {
      System.out.println(
          Tools.run(
              environment,
              Path.of(System.getProperty("java.home"), "bin", "java"),
              "--enable-native-access=ALL-UNNAMED",
              "-cp",
              System.getProperty("java.class.path"),
              TokenProbe.class.getName(),
              library,
              directory,
              step));
    }
  }
}
