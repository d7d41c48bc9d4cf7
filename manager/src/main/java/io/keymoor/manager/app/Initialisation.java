package io.keymoor.manager.app;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keymoor.crypto.CertificateAuthority;
import io.keymoor.crypto.Pem;
import io.keymoor.crypto.SealedFile;
import io.keymoor.crypto.TlsIdentity;
import io.keymoor.manager.domain.Access;
import io.keymoor.secret.SecretBytes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.HexFormat;

/** Makes a manager's directory. Never overwrites one. */
public final class Initialisation {
  /** Certificate name of the first administrator. */
  public static final String FIRST_ADMINISTRATOR = Access.ADMIN_PREFIX + "admin";

  private static final ObjectMapper JSON = JsonMapper.builder().build();
  private static final int PASSWORD_BYTES = 24;

  private final InstantSource clock;
  private final SecureRandom random;

  public Initialisation(InstantSource clock, SecureRandom random) {
    this.clock = clock;
    this.random = random;
  }

  /**
   * Makes the directory; {@code manager.json} is written last, so that a directory with one is
   * whole.
   *
   * @throws StartFailure when there is a manager in it, or the rest of one
   */
  public void create(Path directory, ManagerConfig config) {
    ManagerFiles files = ManagerFiles.in(directory);
    if (Files.exists(files.config()) || Files.exists(files.rootKey())) {
      throw new StartFailure(
          "There is a manager in "
              + files.directory()
              + ". Nothing was changed: its root key opens every sealed secret. Name another"
              + " directory.");
    }
    try {
      privateDirectory(files.directory());
      privateDirectory(files.pki());

      privateDirectory(files.directory().resolve("admin"));
    } catch (IOException failure) {
      throw new StartFailure(
          files.directory() + " can't be made: " + failure.getMessage(), failure);
    }
    SealedFile.createKeyFile(files.rootKey(), random);
    writeIdentities(files, config);
    byte[] password = new byte[PASSWORD_BYTES];
    random.nextBytes(password);
    SealedFile.replace(
        files.databasePassword(), HexFormat.of().formatHex(password).getBytes(US_ASCII));
    config.write(files.config());
  }

  private void writeIdentities(ManagerFiles files, ManagerConfig config) {
    CertificateAuthority authority =
        CertificateAuthority.create("Keymoor manager " + config.managerId(), clock, random);
    TlsIdentity server = authority.newServerIdentity(Pki.SERVER_NAME, config.names());
    try (SecretBytes rootKey = SealedFile.readKeyFile(files.rootKey())) {
      new Pki(authority, server).write(files.pki(), rootKey, random);
    }
    TlsIdentity admin = authority.newClientIdentity(FIRST_ADMINISTRATOR);
    Pem.writePrivateKey(files.adminKey(), admin.key());
    ObjectNode context =
        JsonNodeFactory.instance
            .objectNode()
            .put("url", config.url(config.port()))
            .put("ca_pem", Pem.certificate(authority.certificate()))
            .put("certificate_pem", Pem.certificate(admin.certificate()))
            .put("private_key_pem_file", "admin.key");
    writeContext(files, context);
  }

  /** Notes in the first administrator's context where the manager is. */
  static void updateContext(ManagerFiles files, String url) {
    try {
      ObjectNode context = (ObjectNode) JSON.readTree(Files.readAllBytes(files.adminContext()));
      if (!context.path("url").asText().equals(url)) {
        writeContext(files, context.put("url", url));
      }
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private static void writeContext(ManagerFiles files, ObjectNode context) {
    try {
      SealedFile.replace(files.adminContext(), JSON.writeValueAsBytes(context));
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException("a context without a JSON form", impossible);
    }
  }

  private static void privateDirectory(Path directory) throws IOException {
    var ownerOnly = PosixFilePermissions.fromString("rwx------");
    Files.createDirectories(directory, PosixFilePermissions.asFileAttribute(ownerOnly));
    // Also when it was there: whoever may write to it could put another root key in the place.
    Files.setPosixFilePermissions(directory, ownerOnly);
  }
}
