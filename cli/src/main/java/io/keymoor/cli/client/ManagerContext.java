package io.keymoor.cli.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.keymoor.cli.client.ClientFailure.ContextUnusable;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * Where a manager is, how to know it, and the certificate to show it: the file {@code context.json}
 * that {@code keymoor manager init} writes for the first administrator.
 *
 * <pre>
 *   {"url": "https://127.0.0.1:8443",
 *    "ca_pem": "-----BEGIN CERTIFICATE-----...",           the manager's CA
 *    "certificate_pem": "-----BEGIN CERTIFICATE-----...",  the administrator's chain, leaf first
 *    "private_key_pem_file": "admin.key"}                  PKCS#8; relative to the context file
 * </pre>
 *
 * <p>Instead of {@code private_key_pem_file} the key itself may be in {@code private_key_pem}.
 * Immutable.
 */
public final class ManagerContext {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final List<String> KEY_ALGORITHMS = List.of("EC", "EdDSA", "RSA");

  private final URI url;
  private final SSLContext tls;

  private ManagerContext(URI url, SSLContext tls) {
    this.url = url;
    this.tls = tls;
  }

  /**
   * The context in {@code file}.
   *
   * @throws ContextUnusable when it is missing or incomplete
   */
  public static ManagerContext read(Path file) {
    JsonNode json = readJson(file);
    try {
      URI url = URI.create(text(file, json, "url").replaceAll("/+$", ""));
      if (!"https".equals(url.getScheme()) || url.getHost() == null) {
        throw new ContextUnusable(file, "has a url that does not begin with https:// and a host.");
      }
      List<Certificate> authorities = certificates(text(file, json, "ca_pem"));
      List<Certificate> chain = certificates(text(file, json, "certificate_pem"));
      return new ManagerContext(url, tls(authorities, chain, privateKey(file, json)));
    } catch (GeneralSecurityException | IllegalArgumentException malformed) {
      throw new ContextUnusable(file, "has a url, certificate or key that can't be read.");
    } catch (IOException unreadable) {
      throw new ContextUnusable(file, "names a key file that can't be read.");
    }
  }

  /** The file to use: {@code chosen}, or KEYMOOR_CONTEXT, or {@code ~/.config/keymoor/...}. */
  public static Path locate(Optional<Path> chosen, Map<String, String> environment, Path home) {
    if (chosen.isPresent()) {
      return chosen.get();
    }
    String named = environment.getOrDefault("KEYMOOR_CONTEXT", "");
    if (!named.isEmpty()) {
      return Path.of(named);
    }
    String configuration = environment.getOrDefault("XDG_CONFIG_HOME", "");
    Path directory = configuration.isEmpty() ? home.resolve(".config") : Path.of(configuration);
    return directory.resolve("keymoor").resolve("context.json");
  }

  /** The manager's address, without a slash at the end. */
  public URI url() {
    return url;
  }

  SSLContext tls() {
    return tls;
  }

  private static JsonNode readJson(Path file) {
    try {
      JsonNode json = MAPPER.readTree(Files.readAllBytes(file));
      if (json == null || !json.isObject()) {
        throw new ContextUnusable(file, "is not a JSON object.");
      }
      return json;
    } catch (NoSuchFileException missing) {
      throw new ContextUnusable(file, "does not exist.");
    } catch (JsonProcessingException malformed) {
      throw new ContextUnusable(file, "is not JSON.");
    } catch (IOException unreadable) {
      throw new ContextUnusable(file, "can't be read.");
    }
  }

  private static String text(Path file, JsonNode json, String field) {
    String value = json.path(field).asText("");
    if (value.isEmpty()) {
      throw new ContextUnusable(file, "lacks the field \"" + field + "\".");
    }
    return value;
  }

  private static List<Certificate> certificates(String pem) throws GeneralSecurityException {
    var bytes = new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII));
    return new ArrayList<>(CertificateFactory.getInstance("X.509").generateCertificates(bytes));
  }

  private static PrivateKey privateKey(Path file, JsonNode json)
      throws IOException, GeneralSecurityException {
    String inline = json.path("private_key_pem").asText("");
    byte[] pem =
        inline.isEmpty()
            ? Files.readAllBytes(file.resolveSibling(text(file, json, "private_key_pem_file")))
            : inline.getBytes(StandardCharsets.US_ASCII);
    byte[] der = {};
    try {
      der = Base64.getMimeDecoder().decode(withoutArmour(pem));
      return privateKey(der);
    } finally {
      Arrays.fill(pem, (byte) 0);
      Arrays.fill(der, (byte) 0);
    }
  }

  private static byte[] withoutArmour(byte[] pem) {
    byte[] body = new byte[pem.length];
    int length = 0;
    boolean armour = false;
    for (int i = 0; i < pem.length; i++) {
      boolean lineStart = i == 0 || pem[i - 1] == '\n';
      if (lineStart) {
        armour = pem[i] == '-';
      }
      if (!armour) {
        body[length++] = pem[i];
      }
    }
    byte[] exact = Arrays.copyOf(body, length);
    Arrays.fill(body, (byte) 0);
    return exact;
  }

  private static PrivateKey privateKey(byte[] der) throws GeneralSecurityException {
    GeneralSecurityException last = new GeneralSecurityException("no private key");
    for (String algorithm : KEY_ALGORITHMS) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der));
      } catch (GeneralSecurityException other) {
        last = other;
      }
    }
    throw last;
  }

  private static SSLContext tls(
      List<Certificate> authorities, List<Certificate> chain, PrivateKey key)
      throws GeneralSecurityException, IOException {
    KeyStore trusted = emptyStore();
    for (int i = 0; i < authorities.size(); i++) {
      trusted.setCertificateEntry("ca-" + i, authorities.get(i));
    }
    TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
    trust.init(trusted);
    KeyStore own = emptyStore();
    own.setKeyEntry("own", key, new char[0], chain.toArray(Certificate[]::new));
    KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
    keys.init(own, new char[0]);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), trust.getTrustManagers(), new SecureRandom());
    return context;
  }

  private static KeyStore emptyStore() throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    return store;
  }
}
