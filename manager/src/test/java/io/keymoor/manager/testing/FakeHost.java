package io.keymoor.manager.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.keymoor.crypto.CertificateAuthority;
import io.keymoor.crypto.CertificateRequest;
import io.keymoor.crypto.Hpke;
import io.keymoor.crypto.KeyCheckValue;
import io.keymoor.crypto.Pem;
import io.keymoor.crypto.TlsIdentity;
import io.keymoor.protocol.Acknowledgement;
import io.keymoor.protocol.AttestationAnswer;
import io.keymoor.protocol.AttestationChallenge;
import io.keymoor.protocol.AttestationClaim;
import io.keymoor.protocol.CommandOutcome;
import io.keymoor.protocol.CommandProgress;
import io.keymoor.protocol.DesiredState;
import io.keymoor.protocol.EnrolmentGrant;
import io.keymoor.protocol.EnrolmentRequest;
import io.keymoor.protocol.HelloReply;
import io.keymoor.protocol.HostCommand;
import io.keymoor.protocol.HostHello;
import io.keymoor.protocol.HostReport;
import io.keymoor.protocol.JoinRequest;
import io.keymoor.protocol.JoinToken;
import io.keymoor.protocol.LinkJson;
import io.keymoor.protocol.PollReply;
import io.keymoor.protocol.PollRequest;
import io.keymoor.protocol.ProgressReply;
import io.keymoor.protocol.ProviderAssignment;
import io.keymoor.protocol.ProviderReport;
import io.keymoor.protocol.RenewalGrant;
import io.keymoor.protocol.RenewalRequest;
import io.keymoor.protocol.ReportReply;
import io.keymoor.protocol.SealedKey;
import io.keymoor.protocol.TpmBytes;
import io.keymoor.protocol.VmReport;
import io.keymoor.secret.SecretBytes;
import io.keymoor.tpm.Endorsement;
import io.keymoor.tpm.Tpm;
import java.net.http.HttpRequest.BodyPublishers;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** A host without libvirt: it speaks the real link over TLS and does what the test says. */
public final class FakeHost implements AutoCloseable {
  private final SecretBytes sealingKey;
  private final Client client;
  private final UUID id;
  private final UUID cluster;
  private final KeyHolding keys;
  private long revision;

  private FakeHost(SecretBytes sealingKey, Client client, UUID id, UUID cluster) {
    this.sealingKey = sealingKey;
    this.client = client;
    this.id = id;
    this.cluster = cluster;
    this.keys = new KeyHolding(id, cluster, sealingKey);
  }

  /** Lets a host join with a token that {@code admin} makes. */
  public static FakeHost enrol(Client admin, String cluster, String name) {
    SecureRandom random = new SecureRandom();
    KeyPair keys = CertificateAuthority.newKeyPair(random);
    SecretBytes sealing = Hpke.newPrivateKey(random);
    Client.Answer answer =
        join(
            admin,
            secret(admin, "{'cluster':'" + cluster + "'}"),
            new EnrolmentRequest(name, CertificateRequest.pem(keys, name), publicKey(sealing)));
    if (answer.status() != 200) {
      throw new AssertionError(answer.toString());
    }
    EnrolmentGrant grant = LinkJson.read(answer.body(), EnrolmentGrant.class);
    return new FakeHost(
        sealing,
        new Client(grant.managerUrl(), identity(keys, grant)),
        grant.hostId(),
        grant.clusterId());
  }

  /** The secret of a new join token. */
  public static String secret(Client admin, String wish) {
    Client.Answer made = admin.post("/host-tokens", wish);
    if (made.status() != 201) {
      throw new AssertionError(made.toString());
    }
    return JoinToken.parse(made.json().path("token").asText()).secret();
  }

  /** Shows the secret of a token; whose client it is does not matter. */
  public static Client.Answer join(Client client, String secret, EnrolmentRequest host) {
    return client.raw(
        client
            .request("/host-link/v1/join")
            .POST(BodyPublishers.ofByteArray(LinkJson.write(new JoinRequest(secret, host)))));
  }

  /** Who a host is by a grant for these keys. */
  public static TlsIdentity identity(KeyPair keys, EnrolmentGrant grant) {
    return new TlsIdentity(
        keys.getPrivate(), Pem.certificate(grant.certificatePem()), Pem.certificate(grant.caPem()));
  }

  private static String publicKey(SecretBytes sealing) {
    return Base64.getEncoder().encodeToString(Hpke.publicKey(sealing));
  }

  /** Asks for its next certificate; answers what it shows from then on, if it lives. */
  public TlsIdentity renew() {
    KeyPair keys = CertificateAuthority.newKeyPair(new SecureRandom());
    RenewalGrant grant =
        answered(
            "renew",
            new RenewalRequest(CertificateRequest.pem(keys, "unused")),
            RenewalGrant.class);
    return new TlsIdentity(
        keys.getPrivate(), Pem.certificate(grant.certificatePem()), client.identity().authority());
  }

  /** The same host with another identity, on connections of its own. */
  public FakeHost as(TlsIdentity identity) {
    return new FakeHost(sealingKey, client.as(identity), id, cluster);
  }

  /** What this host shows to join once more, with a fresh key. */
  public EnrolmentRequest freshRequest(String name, KeyPair keys) {
    return new EnrolmentRequest(name, CertificateRequest.pem(keys, name), publicKey(sealingKey));
  }

  public UUID id() {
    return id;
  }

  /** Its HTTP client, for requests that a host must not make. */
  public Client client() {
    return client;
  }

  public Client.Answer send(String path, Object message) {
    return client.raw(
        client
            .request("/host-link/v1/" + path)
            .POST(BodyPublishers.ofByteArray(LinkJson.write(message))));
  }

  private <T> T answered(String path, Object message, Class<T> type) {
    Client.Answer answer = send(path, message);
    if (answer.status() != 200) {
      throw new AssertionError(path + ": " + answer);
    }
    return LinkJson.read(answer.body(), type);
  }

  public HelloReply hello(boolean tpm) {
    return answered(
        "hello",
        new HostHello(1, id, "0.1.0", "9.0.0", "7.2.0", Instant.now(), tpm),
        HelloReply.class);
  }

  public PollReply poll(String... known) {
    return poll(revision, known);
  }

  private PollReply poll(long holding, String... known) {
    PollReply reply =
        answered("poll", new PollRequest(holding, List.of(known), keys.said()), PollReply.class);
    reply.keys().ifPresent(keys::apply);
    return reply;
  }

  /** The KEKs of standard providers that it has, as the last polls left them. */
  public KeyHolding keys() {
    return keys;
  }

  /** What there is to do now; asking for everything, it never waits. */
  public List<HostCommand> commands(String... known) {
    return poll(0, known).commands();
  }

  /** Polls as one that has this revision. */
  public PollReply pollHolding(long revision) {
    return poll(revision, new String[0]);
  }

  /** Polls for the desired state and takes its revision as applied. */
  public DesiredState pollDesired() {
    DesiredState desired = poll().desired().orElseThrow();
    revision = desired.revision();
    return desired;
  }

  /** The present desired state, whatever it has. */
  public DesiredState pollDesiredAgain() {
    DesiredState desired = poll(0).desired().orElseThrow();
    revision = desired.revision();
    return desired;
  }

  /** Shows a TPM, and answers the challenge with {@code answering}; stops where it is refused. */
  public Client.Answer attest(Tpm showing, Tpm answering) {
    Endorsement shown = showing.endorsement();
    Client.Answer challenged = challenge(shown);
    return challenged.status() == 200 ? answer(shown, answering, challenged) : challenged;
  }

  /** Shows a TPM. */
  public Client.Answer challenge(Endorsement shown) {
    return send(
        "attest",
        new AttestationClaim(
            new TpmBytes(shown.key()),
            shown.certificate().map(TpmBytes::new),
            new TpmBytes(shown.attestationKey())));
  }

  /** Answers the challenge for {@code shown} with what {@code answering} makes of it. */
  public Client.Answer answer(Endorsement shown, Tpm answering, Client.Answer challenged) {
    AttestationChallenge challenge = LinkJson.read(challenged.body(), AttestationChallenge.class);
    return send(
        "attested",
        new AttestationAnswer(
            new TpmBytes(
                answering.answer(
                    shown, challenge.credential().toArray(), challenge.seed().toArray()))));
  }

  /** Opens the key that was sealed to this host. */
  public SecretBytes open(ProviderAssignment provider) {
    return open(provider, id, sealingKey);
  }

  /** Tries to open a key with this host's private key as if it were another's. */
  public SecretBytes open(ProviderAssignment provider, UUID host, SecretBytes key) {
    return Hpke.open(
        key,
        SealedKey.INFO.getBytes(UTF_8),
        SealedKey.context(provider.id(), host).getBytes(UTF_8),
        provider.kdk().orElseThrow().bytes());
  }

  public SecretBytes sealingKey() {
    return sealingKey;
  }

  public ProgressReply progress(String command, String phase, long done, long total) {
    return progress(new CommandProgress(command, phase, done, total, "bytes"));
  }

  public ProgressReply progress(CommandProgress progress) {
    return answered("progress", progress, ProgressReply.class);
  }

  public Acknowledgement result(CommandOutcome outcome) {
    return answered("result", outcome, Acknowledgement.class);
  }

  /** Reports itself with these providers and domains. */
  public ReportReply report(DesiredState desired, List<VmReport> vms) {
    return answered(
        "report",
        new HostReport(
            desired.revision(),
            HostReport.EncryptionMode.SAFE,
            "",
            Optional.empty(),
            Optional.empty(),
            "ok",
            held(desired),
            vms),
        ReportReply.class);
  }

  /** What it says of the providers that it was given. */
  List<ProviderReport> held(DesiredState desired) {
    List<ProviderReport> providers = new ArrayList<>();
    for (ProviderAssignment provider : desired.providers()) {
      providers.add(
          new ProviderReport(provider.id(), checkOf(provider), ProviderReport.State.READY, ""));
    }
    return providers;
  }

  /** The check value of the key that came with it; empty when none did. */
  public String checkOf(ProviderAssignment provider) {
    if (provider.kdk().isEmpty()) {
      return "";
    }
    try (SecretBytes kdk = open(provider)) {
      return KeyCheckValue.of(kdk).hex();
    }
  }

  /** A powered-off domain with a home and one disk, nothing encrypted. */
  public static VmReport plainVm(UUID vm, String name) {
    return vm(vm, name, Optional.empty(), Optional.empty());
  }

  /** A domain whose parts are encrypted under a provider when one is given. */
  public static VmReport vm(
      UUID vm, String name, Optional<UUID> provider, Optional<String> keyRecord) {
    List<VmReport.PartReport> parts =
        List.of(part("home", provider, 0), part("disk:vda", provider, 1 << 28));
    return new VmReport(
        vm,
        name,
        VmReport.Power.OFF,
        parts,
        false,
        Optional.empty(),
        provider.isPresent() ? 1 : 0,
        keyRecord);
  }

  private static VmReport.PartReport part(String name, Optional<UUID> provider, long size) {
    return new VmReport.PartReport(
        name,
        provider.isPresent(),
        provider,
        provider.map(id -> "as recorded"),
        provider.map(id -> "key-1"),
        size > 0 ? Optional.of("/vm/web01.qcow2") : Optional.empty(),
        size > 0 ? Optional.of("qcow2") : Optional.empty(),
        size,
        "");
  }

  /** Ends in the middle of what it did, as a host that lost its power; another has its keys. */
  void abandon() {
    client.close();
    keys.close();
  }

  @Override
  public void close() {
    client.close();
    keys.close();
    sealingKey.close();
  }
}
