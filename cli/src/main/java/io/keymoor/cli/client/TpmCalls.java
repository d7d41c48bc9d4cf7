package io.keymoor.cli.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Base64;

/**
 * The part of the manager's REST API that is about TPMs of hosts; results are the API's own JSON.
 * Every method throws {@link ClientFailure}. Thread-safe.
 */
public final class TpmCalls {
  private final ManagerClient client;

  TpmCalls(ManagerClient client) {
    this.client = client;
  }

  /** The makers' authorities that are trusted. */
  public JsonNode authorities() {
    return client.get("/tpm-authorities");
  }

  /** Trusts those in a file. */
  public JsonNode add(byte[] file) {
    return client.post(
        "/tpm-authorities",
        ManagerClient.object().put("certificate", Base64.getEncoder().encodeToString(file)));
  }

  /** Trusts one no more; with {@code force} also where hosts lose keys by it. */
  public void remove(String fingerprint, boolean force) {
    var _ =
        client.delete("/tpm-authorities/" + ManagerClient.encoded(fingerprint) + "?force=" + force);
  }

  /** Has a host prove its TPM anew. */
  public void attest(String host) {
    var _ = client.post(path(host) + "attest", ManagerClient.object());
  }

  /** Trusts the TPM with this endorsement key in a host. */
  public void approve(String host, String fingerprint) {
    var _ =
        client.post(
            path(host) + "approve-tpm", ManagerClient.object().put("fingerprint", fingerprint));
  }

  /**
   * Trusts no TPM in a host by approval any more; with {@code force} also where VMs then can't be
   * powered on there.
   */
  public void withdraw(String host, boolean force) {
    var _ = client.post(path(host) + "withdraw-tpm&force=" + force, ManagerClient.object());
  }

  private static String path(String host) {
    return "/hosts/" + ManagerClient.encoded(host) + "?action=";
  }
}
