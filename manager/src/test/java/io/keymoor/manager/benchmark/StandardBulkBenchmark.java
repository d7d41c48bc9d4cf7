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

  /** Arguments: a directory, VMs in all, hosts, rounds. */
  public static void main(String[] arguments) {
    Path directory = Path.of(arguments[0]);
    int vms = Integer.parseInt(arguments[1]);
    int hosts = Integer.parseInt(arguments[2]);
    int rounds = Integer.parseInt(arguments[3]);
    try (LabKms kms = new LabKms(directory.resolve("kms"))) {
      kms.start(NODE);
      TlsIdentity us = kms.register("benchmark");
      // Compiled code everywhere before anything is measured.
      alone(directory, kms, us, vms / 5);
      script(kms, us, SCRIPT_VMS / 5);
      Spent script =
          Spent.on(() -> script(kms, us, SCRIPT_VMS), directory, List.of())
              .times((double) vms / SCRIPT_VMS);
      Path home = directory.resolve("manager");
      TestManager.init(home, Map.of("report_seconds", 30));
      try (ManagerServer _ = TestManager.start(home);
          Client admin = Client.administrator(home)) {
        Rounds both = new Rounds(directory, kms, us, vms, rounds);
        withManager(both, admin, hosts, script);
      }
    }
  }

  /** The KMS alone and with the manager, in turn: in every round for as many keys. */
  private record Rounds(Path directory, LabKms kms, TlsIdentity us, int vms, int rounds) {
    /**
     * The quickest of each.
     *
     * @param alone the KMS alone
     * @param moved records rekeyed onto the provider
     */
    record Best(Spent alone, Spent moved) {}

    Best run(Client admin, List<BusyHost> hosts) {
      System.out.printf(
          "%n| round, %d VMs | time | beside the KMS alone | processor: Java + PostgreSQL | beside | hosts |%n",
          vms);
      System.out.println("|---|---|---|---|---|---|");
      Optional<Spent> alone = Optional.empty();
      Optional<Spent> moved = Optional.empty();
      for (int round = 1; round <= rounds; round++) {
        Spent without = alone(directory, kms, us, vms);
        Spent with = Spent.on(() -> rekey(admin, "kms"), directory, hosts);
        rekey(admin, "first");
        System.out.println(without.row(round + ", KMS alone", without));
        System.out.println(with.row(round + ", records rekeyed", without));
        alone = Optional.of(alone.map(without::orLess).orElse(without));
        moved = Optional.of(moved.map(with::orLess).orElse(with));
      }
      rekey(admin, "kms");
      return new Best(alone.orElseThrow(), moved.orElseThrow());
    }
  }

  private static void withManager(Rounds rounds, Client admin, int hosts, Spent script) {
    int vms = rounds.vms();
    admin.post("/clusters", "{'name':'lab'}");
    UUID first = UUID.fromString(admin.createProvider("first").path("id").asText());
    admin.backup("first", "pw");
    standardProvider(rounds.kms(), admin);
    List<BusyHost> all = new ArrayList<>();
    try {
      for (int i = 0; i < hosts; i++) {
        all.add(BusyHost.enrol(admin, "lab", "kvm" + i, vms / hosts, first).start());
      }
      Rounds.Best best = rounds.run(admin, all);
      Spent alone = best.alone();
      Spent moved = best.moved();
      System.out.printf(
          "%n| the best, %d VMs | time | beside the KMS alone | processor: Java + PostgreSQL | beside | hosts |%n",
          vms);
      System.out.println("|---|---|---|---|---|---|");
      System.out.println(alone.row("KMS alone: keys made, activated, fetched", alone));
      System.out.println(moved.row("Keymoor: records rekeyed onto the provider", alone));
      System.out.println(script.row("script: Create, Activate, Get for each VM", alone));
      double slowest = 0;
      for (int i = 0; i < RESTARTS; i++) {
        double restart = all.get(i % all.size()).restart(vms).toNanos() / 1e9;
        System.out.printf(
            Locale.ROOT, "%nA host that restarts has all %d KEKs after %.2f s.%n", vms, restart);
        slowest = Math.max(slowest, restart);
      }
      System.out.println();
      System.out.println("| goal | measured | |");
      System.out.println("|---|---|---|");
      double beside = moved.seconds() / alone.seconds();
      goal("at most 1.5 times the KMS alone", beside, beside <= 1.5);
      System.out.printf(
          Locale.ROOT,
          "| the same, processor time without the hosts' | %.2f | |%n",
          moved.processor() / alone.processor());
      double faster = script.seconds() / moved.seconds();
      goal("20 times faster than the script", faster, faster >= 20);
      goal("a host that restarts has all keys in 2 s, the slowest of three", slowest, slowest <= 2);
    } finally {
      all.forEach(BusyHost::close);
    }
  }

  private static void goal(String what, double measured, boolean reached) {
    System.out.printf(
        Locale.ROOT, "| %s | %.2f | %s |%n", what, measured, reached ? "reached" : "missed");
  }

  private static void rekey(Client admin, String to) {
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
  }

  private static void alone(LabKms kms, TlsIdentity us, int keys, int batch) {
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
    }
  }

  /** The best of several patterns: so many keys asked for at once. */
  private static Spent alone(Path directory, LabKms kms, TlsIdentity us, int keys) {
    Optional<Spent> best = Optional.empty();
    for (int batch : BATCHES) {
      Spent now = Spent.on(() -> alone(kms, us, keys, batch), directory, List.of());
      best = Optional.of(best.map(now::orLess).orElse(now));
    }
    return best.orElseThrow();
  }

  private static void script(LabKms kms, TlsIdentity us, int keys) {
    KmsServer.Address place = KmsServer.proxyAt(kms.place(NODE));
    Endpoint server = new Endpoint(place.host(), place.port());
    int uses = UsageMask.ENCRYPT | UsageMask.DECRYPT;
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
