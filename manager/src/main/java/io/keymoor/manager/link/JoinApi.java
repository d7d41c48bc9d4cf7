package io.keymoor.manager.link;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.helidon.http.HeaderNames;
import io.helidon.http.Method;
import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.keymoor.manager.domain.CertificateIssuer;
import io.keymoor.manager.domain.HostEnrolment;
import io.keymoor.manager.domain.JoinTokens;
import io.keymoor.manager.domain.model.Refusal;
import io.keymoor.protocol.EnrolmentGrant;
import io.keymoor.protocol.JoinRequest;
import io.keymoor.protocol.JoinToken;
import io.keymoor.protocol.LinkJson;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;

/**
 * The two endpoints for those who have no certificate yet: who this manager is, and joining it with
 * a token. Anybody may call them, so a request is small, and one without a token that is known
 * leaves no trace. Thread-safe.
 */
public final class JoinApi {
  private static final String BASE = "/host-link/v1";
  private static final int MOST_BYTES = 64 * 1024;

  private final JoinTokens tokens;
  private final CertificateIssuer issuer;

  public JoinApi(JoinTokens tokens, CertificateIssuer issuer) {
    this.tokens = tokens;
    this.issuer = issuer;
  }

  /** Adds the routes to a server. */
  public void register(HttpRouting.Builder routing) {
    routing.route(Method.GET, BASE + "/authority", (_, response) -> authority(response));
    routing.route(Method.POST, BASE + "/join", this::join);
  }

  /** Whoever asks compares it with a fingerprint that came another way. */
  private void authority(ServerResponse response) {
    response
        .status(Status.OK_200)
        .header(HeaderNames.CONTENT_TYPE, "application/x-pem-file")
        .send(issuer.authorityPem().getBytes(US_ASCII));
  }

  private void join(ServerRequest request, ServerResponse response) {
    LinkProblem.answering(
        request,
        response,
        () -> false,
        () -> {
          JoinRequest join = LinkJson.read(body(request), JoinRequest.class);
          HostEnrolment.Grant grant =
              tokens.join(
                  JoinToken.hash(join.secret()),
                  new HostEnrolment.Keys(
                      join.host().name(), join.host().csrPem(), join.host().sealingPublicKey()),
                  address(request));
          return new EnrolmentGrant(
              grant.host(),
              grant.cluster(),
              grant.managerUrl(),
              grant.caPem(),
              grant.certificatePem());
        });
  }

  private static String address(ServerRequest request) {
    return request.remotePeer().address() instanceof InetSocketAddress peer
            && peer.getAddress() != null
        ? peer.getAddress().getHostAddress()
        : "";
  }

  private static byte[] body(ServerRequest request) {
    try (InputStream in = request.content().inputStream()) {
      byte[] body = in.readNBytes(MOST_BYTES + 1);
      if (body.length > MOST_BYTES) {
        throw new Refusal.Invalid("message_too_large", "The message is too large.");
      }
      return body;
    } catch (IOException failure) {
      throw new UncheckedIOException("a host's message could not be read", failure);
    }
  }
}
