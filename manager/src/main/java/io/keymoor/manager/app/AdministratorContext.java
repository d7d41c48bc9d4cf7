package io.keymoor.manager.app;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keymoor.crypto.CertificateAuthority;
import io.keymoor.crypto.CertificateLife;
import io.keymoor.crypto.Pem;
import io.keymoor.crypto.SealedFile;
import io.keymoor.crypto.TlsIdentity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The first administrator's context in the manager's directory, renewed in time like all
 * certificates. The new key is written under a new name before the context names it, so that the
 * context works at every moment. A context that was moved away is not made again: whoever moved it
 * may have meant that. Thread-safe.
 *
 * @param file the context
 * @param authority the manager's CA
 * @param clock the time
 */
record AdministratorContext(Path file, CertificateAuthority authority, InstantSource clock) {
  private static final Logger LOG = LoggerFactory.getLogger(AdministratorContext.class);
  private static final ObjectMapper JSON = JsonMapper.builder().build();
  private static final String KEY_FILE = "private_key_pem_file";
  private static final String CERTIFICATE = "certificate_pem";
  private static final int NAME_DIGITS = 11;

  /** True when it was renewed. */
  boolean renewIfDue() {
    if (!Files.exists(file)) {
      return false;
    }
    try {
      ObjectNode context = (ObjectNode) JSON.readTree(Files.readAllBytes(file));
      CertificateLife life =
          CertificateLife.of(Pem.certificate(context.path(CERTIFICATE).asText()));
      if (clock.instant().isBefore(life.renewal())) {
        return false;
      }
      renew(context);
      return true;
    } catch (IOException | UncheckedIOException failure) {
      // The manager itself does not need it.
      LOG.error("The administrator's context {} can't be renewed; tries again", file, failure);
      return false;
    }
  }

  private void renew(ObjectNode context) throws IOException {
    TlsIdentity renewed = authority.newClientIdentity(Initialisation.FIRST_ADMINISTRATOR);
    String part =
        CertificateAuthority.fingerprint(renewed.certificate())
            .substring(0, NAME_DIGITS)
            .replace(":", "")
            .toLowerCase(Locale.ROOT);
    Path former = file.resolveSibling(context.path(KEY_FILE).asText());
    Path key = file.resolveSibling("admin-" + part + ".key");
    Pem.writePrivateKey(key, renewed.key());
    context
        .put(CERTIFICATE, Pem.certificate(renewed.certificate()))
        .put(KEY_FILE, key.getFileName().toString());
    try {
      SealedFile.replace(file, JSON.writeValueAsBytes(context));
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException("a context without a JSON form", impossible);
    }
    if (file.resolveSibling("").equals(former.resolveSibling(""))) {
      Files.deleteIfExists(former);
    }
    LOG.info(
        "The administrator's certificate in {} was renewed; the new one ends on {}. Copies of the"
            + " context elsewhere work until the old one ends: copy it again.",
        file,
        CertificateLife.of(renewed.certificate()).ends());
  }
}
