package io.keymoor.manager.link;

import io.helidon.http.Method;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.keymoor.crypto.CertificateAuthority;
import io.keymoor.manager.domain.CertificateIssuer;
import io.keymoor.manager.domain.HostIdentities;
import io.keymoor.manager.domain.HostLink;
import io.keymoor.manager.domain.Settings;
import io.keymoor.manager.domain.attestation.HostAttestation;
import io.keymoor.manager.domain.model.Bytes;
import io.keymoor.manager.domain.model.Host;
import io.keymoor.manager.domain.model.HostFacts;
import io.keymoor.manager.domain.model.KeyName;
import io.keymoor.manager.domain.model.Refusal;
import io.keymoor.manager.domain.model.Task;
import io.keymoor.protocol.Acknowledgement;
import io.keymoor.protocol.AttestationAnswer;
import io.keymoor.protocol.AttestationChallenge;
import io.keymoor.protocol.AttestationClaim;
import io.keymoor.protocol.AttestationFailure;
import io.keymoor.protocol.AttestationVerdict;
import io.keymoor.protocol.CommandOutcome;
import io.keymoor.protocol.CommandOutcomes;
import io.keymoor.protocol.CommandProgress;
import io.keymoor.protocol.HelloReply;
import io.keymoor.protocol.HostHello;
import io.keymoor.protocol.HostKek;
import io.keymoor.protocol.HostReport;
import io.keymoor.protocol.LinkJson;
import io.keymoor.protocol.PollRequest;
import io.keymoor.protocol.ProgressReply;
import io.keymoor.protocol.RenewalGrant;
import io.keymoor.protocol.RenewalRequest;
import io.keymoor.protocol.ReportReply;
import io.keymoor.protocol.TpmBytes;
import io.keymoor.tpm.credential.Challenge;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * The endpoints that hosts call. A poll parks its (virtual) thread until there is news.
 * Thread-safe.
 */
public final class LinkApi implements AutoCloseable {
  private static final String BASE = "/host-link/v1";
  private static final Duration PARK = Duration.ofSeconds(25);

  private final HostIdentities identities;
  private final HostLink link;
  private final HostAttestation attestation;
  private final Settings settings;
  private final InstantSource clock;
  private volatile boolean stopped;

  public LinkApi(
      HostIdentities identities,
      HostLink link,
      HostAttestation attestation,
      Settings settings,
      InstantSource clock) {
    this.identities = identities;
    this.link = link;
    this.attestation = attestation;
    this.settings = settings;
    this.clock = clock;
  }

  /** Answers one message of an authenticated host. */
  @FunctionalInterface
  private interface Endpoint {
    Object answer(Host host, byte[] message);
  }

  /** Adds the routes to a server. */
  public void register(HttpRouting.Builder routing) {
    Map<String, Endpoint> endpoints =
        Map.of(
            "/hello", this::hello,
            "/poll", this::poll,
            "/progress", this::progress,
            "/result", this::result,
            "/results", this::results,
            "/report", this::report,
            "/renew", this::renew,
            "/attest", this::attest,
            "/attested", this::attested,
            "/attest-failed", this::attestFailed);
    endpoints.forEach((path, endpoint) ->
        routing.route(
            Method.POST, BASE + path, (request, response) -> answer(request, response, endpoint)));
  }

  /** From now on a host whose message can't be answered is told so, and nobody else. */
  @Override
  public void close() {
    stopped = true;
  }

  private void answer(ServerRequest request, ServerResponse response, Endpoint endpoint) {
    LinkProblem.answering(
        request,
        response,
        () -> stopped,
        () -> endpoint.answer(authenticated(request), body(request)));
  }

  private Host authenticated(ServerRequest request) {
    X509Certificate certificate =
        request
            .remotePeer()
            .tlsCertificates()
            .filter(chain -> chain.length > 0)
            .map(chain -> (X509Certificate) chain[0])
            .orElseThrow(LinkApi::notAHost);
    String name = CertificateAuthority.commonName(certificate).orElse("");
    if (!name.startsWith(CertificateIssuer.HOST_PREFIX)) {
      throw notAHost();
    }
    return identities.authenticate(
        id(name.substring(CertificateIssuer.HOST_PREFIX.length())).orElseThrow(LinkApi::notAHost),
        CertificateAuthority.fingerprint(certificate));
  }

  private static byte[] body(ServerRequest request) {
    try (InputStream in = request.content().inputStream()) {
      byte[] body = in.readNBytes(LinkJson.MAX_MESSAGE_BYTES + 1);
      if (body.length > LinkJson.MAX_MESSAGE_BYTES) {
        throw new Refusal.Invalid("message_too_large", "The message is too large.");
      }
      return body;
    } catch (IOException failure) {
      throw new UncheckedIOException("a host's message could not be read", failure);
    }
  }

  private Object hello(Host host, byte[] message) {
    HostHello hello = LinkJson.read(message, HostHello.class);
    if (!hello.hostId().equals(host.id())) {
      throw new Refusal.Forbidden(
          "host_id_wrong", "The host says another id than its certificate. Nothing was done.");
    }
    if (hello.protocolVersion() < HostHello.PROTOCOL_VERSION) {
      throw new Refusal.Invalid(
          "protocol_too_old",
          "The agent speaks version "
              + hello.protocolVersion()
              + " of the host link; this manager needs "
              + HostHello.PROTOCOL_VERSION
              + ". Update Keymoor on the host.");
    }
    Instant now = clock.instant();
    link.hello(
        host,
        new HostFacts(
            hello.agentVersion(),
            hello.libvirtVersion(),
            hello.hypervisorVersion(),
            hello.tpm(),
            Duration.between(now, hello.clock()),
            hello.reach().map(it -> new HostFacts.Reach(it.libvirtUri(), it.address()))));
    return new HelloReply(
        HostHello.PROTOCOL_VERSION,
        settings.managerId(),
        host.clusterId(),
        now,
        (int) settings.reportInterval().toSeconds());
  }

  private Object poll(Host host, byte[] message) {
    PollRequest request = LinkJson.read(message, PollRequest.class);
    Set<UUID> known = new HashSet<>();
    request.known().forEach(command -> id(command).ifPresent(known::add));
    HostLink.Question question =
        new HostLink.Question(request.desiredRevision(), known, KeyMessages.held(request.keys()));
    return Messages.reply(link.poll(host, question, PARK));
  }

  private Object progress(Host host, byte[] message) {
    CommandProgress progress = LinkJson.read(message, CommandProgress.class);
    Task.Progress now =
        new Task.Progress(
            progress.phase(),
            progress.done(),
            progress.total(),
            progress.unit(),
            Messages.pace(progress.pace()));
    HostLink.Wish wish =
        id(progress.id()).map(id -> link.progress(host, id, now)).orElse(HostLink.Wish.NONE);
    return new ProgressReply(wish.cancel(), wish.pause());
  }

  private Object result(Host host, byte[] message) {
    return results(host, List.of(LinkJson.read(message, CommandOutcome.class)));
  }

  private Object results(Host host, byte[] message) {
    return results(host, LinkJson.read(message, CommandOutcomes.class).outcomes());
  }

  private Object results(Host host, List<CommandOutcome> outcomes) {
    link.results(
        host,
        outcomes.stream()
            .flatMap(outcome ->
                id(outcome.id()).stream()
                    .map(id ->
                        new HostLink.Outcome(
                            id, Messages.end(outcome), Messages.vm(outcome, host.id()))))
            .toList());
    return new Acknowledgement();
  }

  private Object report(Host host, byte[] message) {
    HostReport report = LinkJson.read(message, HostReport.class);
    Optional<KeyName> kek =
        link.report(
            host,
            new HostLink.Report(
                Messages.condition(report),
                Messages.providers(report, host.id()),
                report.vms().stream().map(vm -> Messages.vm(vm, host.id())).toList()),
            digest(message));
    return new ReportReply(
        kek.map(key -> new HostKek(key.provider(), key.id().text())), attestation.isDue(host));
  }

  private Object attest(Host host, byte[] message) {
    AttestationClaim claim = LinkJson.read(message, AttestationClaim.class);
    Challenge challenge =
        attestation.challenge(
            host,
            new HostAttestation.Shown(
                new Bytes(claim.endorsementKey().toArray()),
                claim.certificate().map(der -> new Bytes(der.toArray())),
                new Bytes(claim.attestationKey().toArray())));
    return new AttestationChallenge(
        new TpmBytes(challenge.credential()), new TpmBytes(challenge.seed()));
  }

  private Object attested(Host host, byte[] message) {
    byte[] secret = LinkJson.read(message, AttestationAnswer.class).secret().toArray();
    HostAttestation.Verdict verdict = attestation.answer(host, secret);
    return new AttestationVerdict(verdict.trusted(), verdict.sentence());
  }

  private Object attestFailed(Host host, byte[] message) {
    attestation.failed(host, LinkJson.read(message, AttestationFailure.class).sentence());
    return new Acknowledgement();
  }

  private static String digest(byte[] message) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(message));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("a JDK without SHA-256", impossible);
    }
  }

  private Object renew(Host host, byte[] message) {
    RenewalRequest request = LinkJson.read(message, RenewalRequest.class);
    return new RenewalGrant(identities.renew(host, request.csrPem()));
  }

  private static Optional<UUID> id(String text) {
    try {
      return Optional.of(UUID.fromString(text));
    } catch (IllegalArgumentException notOurs) {
      return Optional.empty();
    }
  }

  private static Refusal.Forbidden notAHost() {
    return new Refusal.Forbidden(
        "not_a_host", "This certificate is not a host's. Nothing was done.");
  }
}
