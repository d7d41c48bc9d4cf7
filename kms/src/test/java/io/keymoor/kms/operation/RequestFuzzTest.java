package io.keymoor.kms.operation;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.keymoor.crypto.CertificateAuthority;
import io.keymoor.kmip.codec.ProtocolVersion;
import io.keymoor.kmip.message.Messages;
import io.keymoor.kmip.message.RequestMessage;
import io.keymoor.kmip.message.ResponseMessage;
import io.keymoor.kmip.operation.Ping;
import io.keymoor.kms.monitor.Metrics;
import io.keymoor.kms.object.ObjectSource;
import io.keymoor.kms.object.Vault;
import io.keymoor.kms.policy.Client;
import io.keymoor.kms.session.Conversation;
import io.keymoor.kms.store.AuditLog;
import io.keymoor.kms.store.Clients;
import io.keymoor.kms.store.Database;
import io.keymoor.kms.store.EmbeddedDatabase;
import io.keymoor.kms.store.GroupCommit;
import io.keymoor.kms.store.Objects;
import io.keymoor.kms.store.RecentClients;
import io.keymoor.secret.SecretBytes;
import io.keymoor.ttlv.Encoding;
import io.keymoor.ttlv.Limits;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/**
 * Any bytes against the handling of requests, with a real database behind it. Without JAZZER_FUZZ=1
 * the kept inputs run.
 */
class RequestFuzzTest {
  @TempDir private static Path directory;
  private static EmbeddedDatabase server;
  private static Database database;
  private static GroupCommit commit;
  private static AuditLog audit;
  private static Vault vault;
  private static Conversation conversation;

  @BeforeAll
  static void start() {
    SecureRandom random = new SecureRandom();
    InstantSource clock = InstantSource.system();
    server = EmbeddedDatabase.start(directory, random);
    database = Database.open(server.address(), 4, Database.Sharing.ALONE);
    commit = new GroupCommit(database);
    audit = new AuditLog(commit);
    vault = new Vault(SecretBytes.random(32, random), random);
    Clients clients = new Clients(database);
    X509Certificate certificate =
        CertificateAuthority.create("test", clock, random)
            .newClientIdentity("fuzzer")
            .certificate();
    clients.add(
        new Clients.Entry(new Client("fuzzer", Optional.empty(), false), Optional.empty()),
        new Clients.Certificate(
            CertificateAuthority.fingerprint(certificate), certificate.getNotAfter().toInstant()),
        clock.instant());
    Objects objects = new Objects(database);
    conversation =
        KmipConversation.opener(
                new KmipService(
                    "node",
                    objects,
                    new ObjectSource(objects, Database.Sharing.ALONE),
                    clients,
                    commit,
                    audit,
                    vault,
                    new Metrics(),
                    clock,
                    random,
                    SeedPolicy.NONE,
                    () -> CertificateAuthority.create("certifying", clock, random)),
                new RecentClients(clients))
            .open(certificate, "127.0.0.1");
  }

  @AfterAll
  static void stop() {
    audit.close();
    commit.close();
    vault.close();
    database.close();
    server.close();
  }

  @FuzzTest(maxDuration = "2m")
  void everyRequestIsAnsweredAndLeavesTheServerWorking(byte[] request) throws IOException {
    ResponseMessage answer = answer(request.clone());
    assertThat(answer.items()).hasSizeLessThanOrEqualTo(1 << 16);
    ResponseMessage ping =
        answer(
            Messages.encode(Encoding.BINARY, RequestMessage.of(ProtocolVersion.V2_1, new Ping())));
    assertThat(List.copyOf(ping.items())).hasSize(1);
  }

  private static ResponseMessage answer(byte[] request) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    assertThat(conversation.answer(request, out)).isTrue();
    return Messages.decodeResponse(Encoding.BINARY, out.toByteArray(), Limits.DEFAULT);
  }
}
