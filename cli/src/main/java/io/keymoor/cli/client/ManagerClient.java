package io.keymoor.cli.client;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keymoor.cli.client.ClientFailure.AnswerNotUnderstood;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The manager's REST API, one method per call. Providers, hosts and VMs are named by name or UUID;
 * results are the API's own JSON.
 *
 * <p>Long work returns a task id; {@link TaskCalls#await} follows it. Every method throws {@link
 * ClientFailure}. Thread-safe.
 */
public final class ManagerClient implements AutoCloseable {
  private final Transport transport;

  public ManagerClient(ManagerContext context) {
    this.transport = new Transport(context);
  }

  /** Calls about tasks. */
  public TaskCalls tasks() {
    return new TaskCalls(this);
  }

  /** Calls about many objects at once. */
  public BulkClient bulk() {
    return new BulkClient(transport);
  }

  public JsonNode about() {
    return get("/about");
  }

  // Providers.

  public JsonNode createNativeProvider(String name, boolean tpmRequired) {
    ObjectNode body = object().put("provider", name).put("type", "NATIVE");
    body.putObject("constraints").put("tpm_required", tpmRequired);
    body.putObject("native_spec");
    return post("/kms/providers", body);
  }

  public JsonNode providers() {
    return get("/kms/providers");
  }

  public JsonNode provider(String provider) {
    return get(providerPath(provider));
  }

  public JsonNode renameProvider(String provider, String newName) {
    return send("PATCH", providerPath(provider), object().put("provider", newName));
  }

  /**
   * Deletes, once {@code confirm} repeats the provider's name; without it the manager refuses with
   * {@code confirmation_required} and the impact.
   */
  public void deleteProvider(String provider, Optional<String> confirm) {
    String query = confirm.map(name -> "?confirm=" + encoded(name)).orElse("");
    transport.exchange("DELETE", providerPath(provider) + query, new byte[0]);
  }

  public JsonNode providerUsage(String provider) {
    return get(providerPath(provider) + "/usage");
  }

  /** The backup file of a provider (PKCS#12). The caller zeroes it. */
  public byte[] backupProvider(String provider, Password password) {
    JsonNode location =
        postErasing(
                providerPath(provider) + "?action=export", json -> writePassword(json, password))
            .path("location");
    return transport.download(
        required(location, "url"), required(location.path("download_token"), "token"));
  }

  /**
   * Restores a provider from its backup file.
   *
   * @param name another name for it, if wanted
   * @param dryRun only say what would happen
   */
  public JsonNode restoreProvider(
      byte[] backup, Password password, Optional<String> name, boolean dryRun) {
    return postErasing(
        "/kms/providers?action=import",
        json -> {
          json.writeBinaryField("config", backup);
          writePassword(json, password);
          if (name.isPresent()) {
            json.writeStringField("name", name.get());
          }
          json.writeBooleanField("dry_run", dryRun);
        });
  }

  /** Makes {@code provider} the default of the manager, or of a cluster. */
  public void setDefault(String provider, Optional<String> cluster) {
    ObjectNode body = object().put("provider", provider);
    cluster.ifPresent(name -> body.put("cluster", name));
    send("PUT", "/kms/default", body);
  }

  public void clearDefault(Optional<String> cluster) {
    String query = cluster.map(name -> "?cluster=" + encoded(name)).orElse("");
    transport.exchange("DELETE", "/kms/default" + query, new byte[0]);
  }

  /** The KMS of a standard provider. */
  public KmsCalls kms() {
    return new KmsCalls(this);
  }

  // Clusters and hosts.

  public JsonNode createCluster(String name) {
    return post("/clusters", object().put("name", name));
  }

  public JsonNode clusters() {
    return get("/clusters");
  }

  /** Makes a one-time token, for a new host of a cluster or for a host that exists. */
  public JsonNode createJoinToken(
      Optional<String> cluster, Optional<String> host, boolean reinstalled, long validSeconds) {
    ObjectNode wish = object().put("valid_seconds", validSeconds);
    cluster.ifPresent(name -> wish.put("cluster", name));
    host.ifPresent(name -> wish.put("host", name).put("reinstalled", reinstalled));
    return post("/host-tokens", wish);
  }

  public JsonNode joinTokens() {
    return get("/host-tokens");
  }

  public void revokeJoinToken(String id) {
    transport.exchange("DELETE", "/host-tokens/" + encoded(id), new byte[0]);
  }

  public void moveHost(String host, String cluster) {
    post("/hosts/" + encoded(host) + "?action=move", object().put("cluster", cluster));
  }

  /** Whether a host keeps KEKs of standard providers over its restarts. */
  public JsonNode keepKeys(String host, boolean keep) {
    return post("/hosts/" + encoded(host) + "?action=keep-keys", object().put("keep", keep));
  }

  public void removeHost(String host, Optional<String> confirm) {
    String query = confirm.map(name -> "?confirm=" + encoded(name)).orElse("");
    transport.exchange("DELETE", "/hosts/" + encoded(host) + query, new byte[0]);
  }

  public JsonNode hosts() {
    return get("/hosts");
  }

  public JsonNode host(String host) {
    return get("/hosts/" + encoded(host));
  }

  /** The libvirt domains of a host, registered or not. */
  public JsonNode domains(String host) {
    return get("/hosts/" + encoded(host) + "/domains");
  }

  // Virtual machines.

  public JsonNode registerVm(String host, String domain) {
    return post("/vms", object().put("host", host).put("domain", domain));
  }

  /** Registers a domain that other VMs are made of; it does not start. */
  public JsonNode registerTemplate(String host, String domain) {
    return post("/vms", object().put("host", host).put("domain", domain).put("template", true));
  }

  /** Makes a VM a template, or a template a VM again. */
  public JsonNode templateVm(String vm, boolean template) {
    return post(vmPath(vm) + "?action=template", object().put("template", template));
  }

  /** Administrators and their roles. */
  public UserCalls users() {
    return new UserCalls(this);
  }

  /** TPMs of hosts. */
  public TpmCalls tpms() {
    return new TpmCalls(this);
  }

  public void unregisterVm(String vm) {
    transport.exchange("DELETE", vmPath(vm), new byte[0]);
  }

  public JsonNode vms() {
    return get("/vms");
  }

  public JsonNode vm(String vm) {
    return get(vmPath(vm));
  }

  /** Encrypts the named parts; none means home and all disks. Answers the task's id. */
  public String encryptVm(String vm, Optional<String> provider, List<String> parts, Rewriting how) {
    return vmAction(vm, "encrypt", how.addTo(withParts(withProvider(provider), parts)));
  }

  /** Encrypts in the way that suits the VM. */
  public String encryptVm(String vm, Optional<String> provider, List<String> parts) {
    return encryptVm(vm, provider, parts, Rewriting.CHOSEN);
  }

  /** Decrypts in the way that suits the VM. */
  public String decryptVm(String vm, List<String> parts) {
    return decryptVm(vm, parts, Rewriting.CHOSEN);
  }

  public String decryptVm(String vm, List<String> parts, Rewriting how) {
    return vmAction(vm, "decrypt", how.addTo(withParts(object(), parts)));
  }

  /** Shallow rekey. */
  public String rekeyVm(String vm, Optional<String> provider) {
    return vmAction(vm, "rekey", withProvider(provider).put("deep", false));
  }

  /** New data keys, all data written anew. */
  public String rekeyVmDeeply(String vm, Optional<String> provider, Rewriting how) {
    return vmAction(vm, "rekey", how.addTo(withProvider(provider).put("deep", true)));
  }

  public String startVm(String vm) {
    return vmAction(vm, "start", object());
  }

  public String stopVm(String vm, boolean force) {
    return vmAction(vm, "stop", object().put("force", force));
  }

  /** Moves the running VM to another host. */
  public String migrateVm(String vm, String to) {
    return vmAction(vm, "migrate", object().put("to", to));
  }

  public String unlockVm(String vm, boolean acceptOlderRecord) {
    return vmAction(vm, "unlock", object().put("accept_older_record", acceptOlderRecord));
  }

  public String addTpm(String vm, Optional<String> provider) {
    return vmAction(vm, "tpm-add", withProvider(provider));
  }

  public String removeTpm(String vm) {
    return vmAction(vm, "tpm-remove", object());
  }

  // Audit.

  public JsonNode audit(Optional<String> after, int limit) {
    String since = after.map(id -> "&after=" + encoded(id)).orElse("");
    return get("/audit?limit=" + limit + since);
  }

  @Override
  public void close() {
    transport.close();
  }

  JsonNode get(String path) {
    return transport.exchange("GET", path, new byte[0]);
  }

  JsonNode post(String path, JsonNode body) {
    return send("POST", path, body);
  }

  JsonNode delete(String path) {
    return transport.exchange("DELETE", path, new byte[0]);
  }

  private JsonNode send(String method, String path, JsonNode body) {
    try {
      return transport.exchange(method, path, Transport.MAPPER.writeValueAsBytes(body));
    } catch (JsonProcessingException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }

  /** Writes the fields of a body that holds secrets. */
  @FunctionalInterface
  interface Fields {
    void write(JsonGenerator json) throws IOException;
  }

  private JsonNode postErasing(String path, Fields fields) {
    return sendErasing("POST", path, fields);
  }

  JsonNode sendErasing(String method, String path, Fields fields) {
    try (ErasableBuffer buffer = new ErasableBuffer()) {
      try (JsonGenerator json = Transport.MAPPER.createGenerator(buffer)) {
        json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
        json.writeStartObject();
        fields.write(json);
        json.writeEndObject();
      }
      byte[] body = buffer.toByteArray();
      try {
        return transport.exchange(method, path, body);
      } finally {
        Arrays.fill(body, (byte) 0);
      }
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }

  private static void writePassword(JsonGenerator json, Password password) throws IOException {
    writeSecret(json, "password", password);
  }

  static void writeSecret(JsonGenerator json, String field, Password secret) throws IOException {
    if (!secret.isEmpty()) {
      char[] characters = secret.characters();
      json.writeFieldName(field);
      json.writeString(characters, 0, characters.length);
    }
  }

  private String vmAction(String vm, String action, ObjectNode body) {
    return required(post(vmPath(vm) + "?action=" + action, body), "task");
  }

  static String required(JsonNode json, String field) {
    String value = json.path(field).asText("");
    if (value.isEmpty()) {
      throw new AnswerNotUnderstood("it lacks \"" + field + "\"");
    }
    return value;
  }

  private static ObjectNode withProvider(Optional<String> provider) {
    ObjectNode body = object();
    provider.ifPresent(name -> body.put("provider", name));
    return body;
  }

  private static ObjectNode withParts(ObjectNode body, List<String> parts) {
    if (!parts.isEmpty()) {
      parts.forEach(body.putArray("parts")::add);
    }
    return body;
  }

  private static String providerPath(String provider) {
    return "/kms/providers/" + encoded(provider);
  }

  private static String vmPath(String vm) {
    return "/vms/" + encoded(vm);
  }

  static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  /** A byte buffer that zeroes what it holds. */
  private static final class ErasableBuffer extends ByteArrayOutputStream {
    @Override
    public void close() {
      Arrays.fill(buf, (byte) 0);
      count = 0;
    }
  }
}
