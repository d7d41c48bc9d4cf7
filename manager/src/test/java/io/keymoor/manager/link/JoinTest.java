package io.keymoor.manager.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.keymoor.crypto.CertificateAuthority;
import io.keymoor.crypto.Pem;
import io.keymoor.manager.app.ManagerServer;
import io.keymoor.manager.testing.Client;
import io.keymoor.manager.testing.Client.Answer;
import io.keymoor.manager.testing.FakeHost;
import io.keymoor.manager.testing.TestManager;
import io.keymoor.protocol.EnrolmentGrant;
import io.keymoor.protocol.EnrolmentRequest;
import io.keymoor.protocol.HostHello;
import io.keymoor.protocol.JoinToken;
import io.keymoor.protocol.LinkJson;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class JoinTest {
  private final AtomicReference<Duration> ahead = new AtomicReference<>(Duration.ZERO);
  private ManagerServer manager;
  private Client admin;

  @BeforeAll
  void start(@TempDir Path directory) {
    Path home = directory.resolve("manager");
    TestManager.init(home, Map.of());
    manager =
        ManagerServer.start(
            home, () -> Clock.systemUTC().instant().plus(ahead.get()), new SecureRandom());
    admin = Client.administrator(home);
    admin.post("/clusters", "{'name':'lab'}");
  }

  @AfterAll
  void stop() {
    admin.close();
    manager.close();
  }

  private String token() {
    return FakeHost.secret(admin, "{'cluster':'lab'}");
  }

  /** What a host that does not exist yet shows. */
  private static EnrolmentRequest request(String name, KeyPair keys, FakeHost sealing) {
    return sealing.freshRequest(name, keys);
  }

  private static KeyPair keys() {
    return CertificateAuthority.newKeyPair(new SecureRandom());
  }

  @Test
  void aTokenLetsOneHostInOnce() {
    String secret = token();
    try (FakeHost one = FakeHost.enrol(admin, "lab", "taker");
        FakeHost gone = FakeHost.enrol(admin, "lab", "gone")) {
      assertThat(admin.delete("/hosts/gone?confirm=gone").status()).isEqualTo(204);
      assertThat(FakeHost.join(admin, secret, request("first", keys(), gone)).status())
          .isEqualTo(200);
      Answer refused = FakeHost.join(admin, secret, request("second", keys(), one));
      assertThat(refused.status()).isEqualTo(403);
      assertThat(refused.code()).isEqualTo("join_token_used");
      assertThat(refused.detail())
          .contains("by the host \"first\"")
          .contains("Nothing was changed");
      assertThat(admin.get("/hosts/second").status()).isEqualTo(404);
      assertThat(admin.get("/audit?limit=1000").json().toString())
          .contains("join_token_used: This join token was used");
    }
  }

  @Test
  void aHostThatDidNotHearTheAnswerMayAskAgainWithTheSameKeys() {
    String secret = token();
    KeyPair keys = keys();
    try (FakeHost gone = FakeHost.enrol(admin, "lab", "unheard-keys")) {
      admin.delete("/hosts/unheard-keys?confirm=unheard-keys");
      EnrolmentRequest request = request("unheard", keys, gone);
      EnrolmentGrant lost =
          LinkJson.read(FakeHost.join(admin, secret, request).body(), EnrolmentGrant.class);
      EnrolmentGrant heard =
          LinkJson.read(FakeHost.join(admin, secret, request).body(), EnrolmentGrant.class);
      assertThat(heard.hostId()).isEqualTo(lost.hostId());
      try (Client host = admin.as(FakeHost.identity(keys, heard))) {
        Answer answer =
            host.raw(
                host.request("/host-link/v1/hello")
                    .POST(
                        BodyPublishers.ofByteArray(
                            LinkJson.write(
                                new HostHello(
                                    1, heard.hostId(), "0", "9", "7", Instant.now(), false)))));
        assertThat(answer.status()).isEqualTo(200);
      }
    }
  }

  @Test
  void ofManyThatShowATokenAtOnceOneGetsIn() {
    String secret = token();
    List<FakeHost> donors =
        IntStream.range(0, 4).mapToObj(i -> FakeHost.enrol(admin, "lab", "donor" + i)).toList();
    IntStream.range(0, 4).forEach(i -> admin.delete("/hosts/donor" + i + "?confirm=donor" + i));
    List<Integer> answers =
        IntStream.range(0, 4)
            .parallel()
            .mapToObj(i ->
                FakeHost.join(admin, secret, request("race" + i, keys(), donors.get(i))).status())
            .toList();
    assertThat(answers).containsOnlyOnce(200);
    donors.forEach(FakeHost::close);
  }

  @Test
  void aTokenThatExpiredOrWasRevokedOrIsUnknownLetsNobodyIn() {
    JsonNode revoked = admin.post("/host-tokens", "{'cluster':'lab'}").json();
    String expiring = token();
    try (FakeHost donor = FakeHost.enrol(admin, "lab", "late-donor")) {
      admin.delete("/hosts/late-donor?confirm=late-donor");
      EnrolmentRequest request = request("late", keys(), donor);
      String id = revoked.path("id").asText();
      assertThat(admin.delete("/host-tokens/" + id).status()).isEqualTo(204);
      assertThat(admin.delete("/host-tokens/" + id).code()).isEqualTo("join_token_not_found");
      String secret = JoinToken.parse(revoked.path("token").asText()).secret();
      assertThat(FakeHost.join(admin, secret, request).code()).isEqualTo("join_token_unknown");
      assertThat(FakeHost.join(admin, "none", request).code()).isEqualTo("join_token_unknown");

      ahead.set(Duration.ofMinutes(61));
      Answer late = FakeHost.join(admin, expiring, request);
      ahead.set(Duration.ZERO);
      assertThat(late.status()).isEqualTo(403);
      assertThat(late.code()).isEqualTo("join_token_expired");
      assertThat(late.detail()).contains("was valid until 20").contains("No host was added");
      assertThat(FakeHost.join(admin, expiring, request).status()).as("in time").isEqualTo(200);
    }
  }

  @Test
  void aRefusalForTheHostsOwnFaultLeavesTheTokenUsable() {
    String secret = token();
    try (FakeHost twin = FakeHost.enrol(admin, "lab", "twin-of");
        FakeHost donor = FakeHost.enrol(admin, "lab", "twin-donor")) {
      admin.delete("/hosts/twin-donor?confirm=twin-donor");
      assertThat(FakeHost.join(admin, secret, request("TWIN-of", keys(), donor)).code())
          .isEqualTo("host_name_taken");
      assertThat(FakeHost.join(admin, secret, request("copy", keys(), twin)).code())
          .isEqualTo("enrolment_request_used");
      EnrolmentRequest good = request("fine", keys(), donor);
      assertThat(
              FakeHost.join(
                      admin,
                      secret,
                      new EnrolmentRequest("fine", "no request", good.sealingPublicKey()))
                  .code())
          .isEqualTo("enrolment_request_damaged");
      assertThat(FakeHost.join(admin, secret, good).status()).isEqualTo(200);
    }
  }

  @Test
  void nothingOfATokenIsKeptButItsHashAndTheListNeverShowsIt() {
    JsonNode made = admin.post("/host-tokens", "{'cluster':'lab','valid_seconds':120}").json();
    String token = made.path("token").asText();
    assertThat(JoinToken.parse(token).authority())
        .isEqualTo(CertificateAuthority.fingerprint(admin.identity().authority()))
        .isEqualTo(made.path("authority_fingerprint").asText());
    String list = admin.get("/host-tokens").json().toString();
    assertThat(list)
        .contains(made.path("id").asText())
        .contains("cluster lab")
        .doesNotContain(token)
        .doesNotContain(JoinToken.parse(token).secret());
    assertThat(admin.post("/host-tokens", "{'cluster':'lab','valid_seconds':1}").code())
        .isEqualTo("join_token_validity_invalid");
    assertThat(admin.post("/host-tokens", "{}").code()).isEqualTo("request_invalid");
    assertThat(admin.post("/host-tokens", "{'host':'nobody'}").code()).isEqualTo("host_not_found");
  }

  @Test
  void whoeverHasNoCertificateSeesTheAuthorityAndNothingElse() {
    try (Client stranger = admin.withoutCertificate()) {
      Answer authority = stranger.raw(stranger.request("/host-link/v1/authority"));
      assertThat(
              Pem.certificate(
                  new String(authority.body(), java.nio.charset.StandardCharsets.US_ASCII)))
          .isEqualTo(admin.identity().authority());
      Answer api = stranger.get("/hosts");
      assertThat(api.status()).isEqualTo(403);
      assertThat(api.detail()).contains("No client certificate was shown");
      assertThat(
              stranger
                  .raw(stranger.request("/host-link/v1/poll").POST(BodyPublishers.ofString("{}")))
                  .code())
          .isEqualTo("not_a_host");
      Answer large =
          stranger.raw(
              stranger
                  .request("/host-link/v1/join")
                  .POST(BodyPublishers.ofByteArray(new byte[100_000])));
      assertThat(large.code()).isEqualTo("message_too_large");
    }
  }

  @Test
  void aMistypedTokenIsToldFromATrueOne() {
    String token = JoinToken.random("AB".repeat(1) + ":AB".repeat(31), new SecureRandom()).text();
    assertThat(JoinToken.parse(" " + token + "\n").text()).isEqualTo(token);
    assertThat(JoinToken.parse(token)).hasToString("JoinToken[AB" + ":AB".repeat(31) + "]");
    char wrong = token.charAt(40) == 'A' ? 'B' : 'A';
    for (String other :
        List.of(
            token.substring(0, 40) + wrong + token.substring(41),
            token.substring(0, token.length() - 3),
            token.replace("join-1", "join-2"),
            "keymoor-join-1.%%%",
            "")) {
      assertThatThrownBy(() -> JoinToken.parse(other))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageNotContaining(token.substring(20, 40));
    }
  }
}
