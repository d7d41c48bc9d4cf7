package io.keymoor.manager.benchmark;

import com.fasterxml.jackson.databind.JsonNode;
import io.keymoor.crypto.ClientKeys;
import io.keymoor.crypto.TlsIdentity;
import io.keymoor.kmip.attribute.ObjectId;
import io.keymoor.kmip.client.ClientSettings;
import io.keymoor.kmip.client.Endpoint;
import io.keymoor.kmip.client.KmipClient;
import io.keymoor.kmip.object.ManagedObject;
import io.keymoor.kmip.operation.Activate;
import io.keymoor.kmip.operation.Create;
import io.keymoor.kmip.operation.Get;
import io.keymoor.kmip.vocabulary.CryptographicAlgorithm;
import io.keymoor.kmip.vocabulary.UsageMask;
import io.keymoor.kms.lab.LabKms;
import io.keymoor.manager.app.ManagerServer;
import io.keymoor.manager.testing.BusyHost;
import io.keymoor.manager.testing.Client;
import io.keymoor.manager.testing.TestManager;
import io.keymoor.provider.KeyId;
import io.keymoor.provider.KeyPurpose;
import io.keymoor.provider.ProviderName;
import io.keymoor.provider.ProviderReference;
import io.keymoor.provider.ProviderType;
import io.keymoor.provider.standard.Issue;
import io.keymoor.provider.standard.KeyLedger;
import io.keymoor.provider.standard.KmsAccess;
import io.keymoor.provider.standard.KmsServer;
import io.keymoor.provider.standard.StandardKeyProvider;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * Rekeys thousands of VM records onto a standard provider, beside what its KMS alone takes for as
 * many keys, and beside a script that has one connection for each VM. One KMS node with a database
 * of its own, hosts without libvirt, all in one process.
 */
public final class StandardBulkBenchmark {
  private static final int SCRIPT_VMS = 500;
  private static final int[] BATCHES = {100, 1000};
  private static final int RESTARTS = 3;
  private static final String NODE = "node";

  private StandardBulkBenchmark() {}

  /** Arguments: a directory, VMs in all, hosts. */
  public static void main(String[] arguments) {
    Path directory = Path.of(arguments[0]);
    int vms = Integer.parseInt(arguments[1]);
    int hosts = Integer.parseInt(arguments[2]);
    try (LabKms kms = new LabKms(directory.resolve("kms"))) {
      kms.start(NODE);
      TlsIdentity us = kms.register("benchmark");
      // Compiled code everywhere before anything is measured.
      alone(kms, us, vms / 5);
      script(kms, us, SCRIPT_VMS / 5);
      double alone = alone(kms, us, vms);
      double script = script(kms, us, SCRIPT_VMS) / SCRIPT_VMS * vms;
      Path home = directory.resolve("manager");
      TestManager.init(home, Map.of("report_seconds", 30));
      try (ManagerServer _ = TestManager.start(home);
          Client admin = Client.administrator(home)) {
        withManager(kms, admin, vms, hosts, alone, script);
      }
    }
  }

  private static void withManager(
      LabKms kms, Client admin, int vms, int hosts, double alone, double script) {
    admin.post("/clusters", "{'name':'lab'}");
    UUID first = UUID.fromString(admin.createProvider("first").path("id").asText());
    admin.backup("first", "pw");
    standardProvider(kms, admin);
    List<BusyHost> all = new ArrayList<>();
    try {
      for (int i = 0; i < hosts; i++) {
        all.add(BusyHost.enrol(admin, "lab", "kvm" + i, vms / hosts, first).start());
      }
      rekey(admin, "kms");
      rekey(admin, "first");
      double moved = rekey(admin, "kms");
      System.out.println("| " + vms + " VMs | time | beside the KMS alone |");
      System.out.println("|---|---|---|");
      print("KMS alone: keys made, activated and fetched by the provider's client", alone, alone);
      print("Keymoor: records rekeyed onto the standard provider", moved, alone);
      print("script: a connection, Create, Activate, Get for each VM", script, alone);
      System.out.printf(
          Locale.ROOT, "%nKeymoor is %.1f times faster than the script.%n", script / moved);
      for (int i = 0; i < RESTARTS; i++) {
        double restart = all.get(i % all.size()).restart(vms).toNanos() / 1e9;
        System.out.printf(
            Locale.ROOT, "A host that restarts has all %d KEKs after %.2f s.%n", vms, restart);
      }
    } finally {
      all.forEach(BusyHost::close);
    }
  }

  private static void print(String what, double seconds, double alone) {
    System.out.printf(Locale.ROOT, "| %s | %.2f s | %.2f |%n", what, seconds, seconds / alone);
  }

  private static double rekey(Client admin, String to) {
    long begun = System.nanoTime();
    String task =
        admin
            .post("/vms?action=rekey", "{'all':true,'provider':'" + to + "'}")
            .json()
            .path("task")
            .asText();
    JsonNode end = admin.awaitEnd(task);
    if (!end.path("state").asText().equals("succeeded")) {
      throw new IllegalStateException("the task ended so: " + end);
    }
    return (System.nanoTime() - begun) / 1e9;
  }

  private static double alone(LabKms kms, TlsIdentity us, int keys, int batch) {
    KmsAccess access =
        new KmsAccess(
            List.of(KmsServer.at(kms.place(NODE))),
            KmsAccess.Order.ROUND_ROBIN,
            KmsAccess.DEFAULT_TIMEOUT,
            List.of(kms.authority()),
            Optional.of(new KmsAccess.Identity(us.key(), List.of(us.certificate()))),
            Optional.empty());
    ProviderReference reference =
        new ProviderReference(UUID.randomUUID(), new ProviderName("alone"), ProviderType.STANDARD);
    try (StandardKeyProvider provider = new StandardKeyProvider(reference, access, new Nowhere())) {
      long begun = System.nanoTime();
      for (int done = 0; done < keys; done += batch) {
        List<KeyPurpose> purposes = new ArrayList<>();
        for (int i = done; i < Math.min(keys, done + batch); i++) {
          purposes.add(
              new KeyPurpose(KeyPurpose.Kind.VIRTUAL_MACHINE, UUID.randomUUID(), "vm" + i));
        }
        for (Issue issue : provider.issueKeys(purposes)) {
          if (!(issue instanceof Issue.Issued issued)) {
            throw new IllegalStateException("no key: " + issue);
          }
          issued.key().close();
        }
      }
      return (System.nanoTime() - begun) / 1e9;
    }
  }

  /** The best of several patterns: so many keys asked for at once. */
  private static double alone(LabKms kms, TlsIdentity us, int keys) {
    double best = Double.MAX_VALUE;
    for (int batch : BATCHES) {
      double seconds = alone(kms, us, keys, batch);
      System.out.printf(Locale.ROOT, "%d keys, %d at once: %.2f s%n", keys, batch, seconds);
      best = Math.min(best, seconds);
    }
    return best;
  }

  private static double script(LabKms kms, TlsIdentity us, int keys) {
    KmsServer.Address place = KmsServer.proxyAt(kms.place(NODE));
    Endpoint server = new Endpoint(place.host(), place.port());
    int uses = UsageMask.ENCRYPT | UsageMask.DECRYPT;
    long begun = System.nanoTime();
    for (int i = 0; i < keys; i++) {
      try (KmipClient client = new KmipClient(ClientSettings.of(List.of(server), us.context()))) {
        Create.Result made =
            client.call(Create.symmetricKey(CryptographicAlgorithm.AES, 256, uses));
        client.call(new Activate(ObjectId.of(made.uniqueIdentifier())));
        try (ManagedObject _ = client.call(Get.of(made.uniqueIdentifier())).managedObject()) {
          // The script would wrap its DEKs with it.
        }
      }
    }
    return (System.nanoTime() - begun) / 1e9;
  }

  private static void standardProvider(LabKms kms, Client admin) {
    JsonNode made =
        admin
            .post(
                "/kms/providers",
                "{'provider':'kms','type':'STANDARD','standard_spec':{'servers':[{'host':'"
                    + kms.place(NODE)
                    + "'}]}}")
            .json();
    kms.register(
        "manager",
        ClientKeys.certificates(
                made.path("standard_info").path("identity").path("certificate_pem").asText())
            .getFirst(),
        Optional.empty());
    JsonNode shown = admin.get("/kms/providers/kms/certificates").json().path("servers").get(0);
    admin.post(
        "/kms/providers/kms/trust", "{'fingerprint':'" + shown.path("fingerprint").asText() + "'}");
  }

  /** No manager, no memory. */
  private static final class Nowhere implements KeyLedger {
    @Override
    public void asked(List<Intent> intents) {}

    @Override
    public void made(Map<UUID, KeyId> byMark) {}

    @Override
    public void notMade(Collection<UUID> marks) {}
  }
}
