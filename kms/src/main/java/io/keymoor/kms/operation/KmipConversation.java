package io.keymoor.kms.operation;

import io.keymoor.kmip.codec.InvalidKmip;
import io.keymoor.kmip.codec.ProtocolVersion;
import io.keymoor.kmip.message.Credential;
import io.keymoor.kmip.message.MessageReader;
import io.keymoor.kmip.message.Messages;
import io.keymoor.kmip.message.RequestHeader;
import io.keymoor.kmip.message.RequestItem;
import io.keymoor.kmip.message.RequestMessage;
import io.keymoor.kmip.message.ResponseHeader;
import io.keymoor.kmip.message.ResponseItem;
import io.keymoor.kmip.message.ResponseMessage;
import io.keymoor.kmip.operation.Import;
import io.keymoor.kmip.operation.Register;
import io.keymoor.kmip.vocabulary.KmipNames;
import io.keymoor.kmip.vocabulary.ResultReason;
import io.keymoor.kms.audit.AuditEvent;
import io.keymoor.kms.failure.KmipFailure;
import io.keymoor.kms.policy.Client;
import io.keymoor.kms.policy.PasswordCheck;
import io.keymoor.kms.session.Conversation;
import io.keymoor.kms.store.Clients;
import io.keymoor.kms.store.KmsStoreException;
import io.keymoor.kms.store.RecentClients;
import io.keymoor.secret.SecretBytes;
import io.keymoor.ttlv.Encoding;
import io.keymoor.ttlv.Limits;
import io.keymoor.ttlv.MalformedTtlv;
import io.keymoor.ttlv.TtlvWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Answers KMIP requests of one client on one connection. Used by one thread at a time. */
public final class KmipConversation implements Conversation {
  private static final int TRIES = 20;
  private static final Limits LIMITS = Limits.DEFAULT.withFrameBytes(1 << 24);

  private final KmipService service;
  private final Admission admission;
  private final String peer;
  private final BatchRunner runner;
  private final MessageReader reader = MessageReader.strict(Encoding.BINARY, LIMITS);
  private boolean passwordKnown;

  private KmipConversation(
      KmipService service, Operator operator, Admission admission, String peer) {
    this.service = service;
    this.admission = admission;
    this.peer = peer;
    this.runner = new BatchRunner(service, operator, peer);
  }

  /** Opens conversations of one node, which share its operations. */
  public static Conversation.Opener opener(KmipService service, RecentClients clients) {
    Operator operator =
        new Operator(
            service.objects(),
            service.clients(),
            service.vault(),
            service.random(),
            service.seedPolicy(),
            service.certifying());
    return (certificate, peer) ->
        new KmipConversation(
            service, operator, new Admission(clients, certificate, service.clock()), peer);
  }

  @Override
  public boolean answer(byte[] frame, OutputStream out) throws IOException {
    try (TtlvWriter writer = Encoding.BINARY.writer(KmipNames.INSTANCE)) {
      boolean open = answer(frame, writer);
      writer.writeTo(out::write);
      out.flush();
      return open;
    }
  }

  private boolean answer(byte[] frame, TtlvWriter writer) {
    RequestMessage request;
    try {
      request = reader.request(frame);
    } catch (MalformedTtlv | InvalidKmip unreadable) {
      // The frame was whole, so the next one can be found: the connection goes on.
      refuse(
          writer,
          ProtocolVersion.V1_0,
          new KmipFailure(ResultReason.INVALID_MESSAGE, String.valueOf(unreadable.getMessage())));
      return true;
    }
    try {
      return answer(request, writer);
    } finally {
      close(request);
    }
  }

  private boolean answer(RequestMessage request, TtlvWriter writer) {
    ProtocolVersion version = request.header().version();
    Clients.Entry client;
    try {
      client = admission.client();
    } catch (KmipFailure refusal) {
      recordRefusal("", refusal.reason(version));
      refuse(writer, spoken(version), refusal);
      return false;
    }
    try {
      requireAnswerable(request.header(), client);
      run(request, client.client(), writer);
    } catch (KmipFailure refusal) {
      refuse(writer, spoken(version), refusal);
    }
    return true;
  }

  private void run(RequestMessage request, Client client, TtlvWriter writer) {
    for (int i = 1; ; i++) {
      Instant now = service.clock().instant();
      try (BatchRunner.Ran ran = runner.run(request, client, now)) {
        write(request.header(), ran, now, writer);
        if (tooLarge(request.header(), writer)) {
          fail(
              request.header(),
              ran,
              now,
              writer,
              new KmipFailure(
                  ResultReason.RESPONSE_TOO_LARGE,
                  "The answer is larger than the request allows. Nothing was changed."));
          return;
        }
        try {
          ran.commit();
          return;
        } catch (KmsStoreException failure) {
          if (!(failure instanceof KmsStoreException.Conflict) || i == TRIES) {
            fail(request.header(), ran, now, writer, BatchRunner.unavailable());
            return;
          }
          writer.reset();
        }
      }
    }
  }

  private static void fail(
      RequestHeader header,
      BatchRunner.Ran ran,
      Instant now,
      TtlvWriter writer,
      KmipFailure failure) {
    ran.fail(failure, header.version());
    writer.reset();
    write(header, ran, now, writer);
  }

  private static boolean tooLarge(RequestHeader header, TtlvWriter writer) {
    return header.maximumResponseSize().filter(most -> writer.size() > most).isPresent();
  }

  private static void write(
      RequestHeader header, BatchRunner.Ran ran, Instant now, TtlvWriter writer) {
    ResponseHeader plain = ResponseHeader.of(header.version(), now, ran.items().size());
    Messages.write(
        writer,
        new ResponseMessage(
            new ResponseHeader(
                plain.version(),
                plain.timeStamp(),
                Optional.empty(),
                Optional.empty(),
                List.of(),
                header.clientCorrelation(),
                Optional.empty(),
                plain.batchCount()),
            ran.items()));
  }

  /** Refuses a whole message before any of its items runs. */
  private void requireAnswerable(RequestHeader header, Clients.Entry client) {
    if (!ProtocolVersion.SUPPORTED.contains(header.version())) {
      throw new KmipFailure(
          ResultReason.UNSUPPORTED_PROTOCOL_VERSION,
          "This server speaks KMIP 1.0 to 2.1, not " + header.version() + ".");
    }
    // Once per connection: what was proved on it stays proved.
    passwordKnown =
        passwordKnown
            || client
                .password()
                .map(check -> matches(header.credentials(), client.client().name(), check))
                .orElse(true);
    if (!passwordKnown) {
      recordRefusal(client.client().name(), ResultReason.AUTHENTICATION_NOT_SUCCESSFUL);
      throw new KmipFailure(
          ResultReason.AUTHENTICATION_NOT_SUCCESSFUL,
          "This client has to give its user name and password with its requests.");
    }
  }

  private void recordRefusal(String client, ResultReason reason) {
    service
        .audit()
        .record(
            new AuditEvent(
                service.clock().instant(),
                service.nodeName(),
                client,
                peer,
                "Authenticate",
                "",
                reason.name()));
  }

  private static boolean matches(List<Credential> credentials, String name, PasswordCheck check) {
    for (Credential credential : credentials) {
      if (credential
              instanceof Credential.UsernameAndPassword(String user, Optional<SecretBytes> password)
          && user.equals(name)
          && password.isPresent()
          && check.matches(password.get())) {
        return true;
      }
    }
    return false;
  }

  private static ProtocolVersion spoken(ProtocolVersion wanted) {
    if (ProtocolVersion.SUPPORTED.contains(wanted)) {
      return wanted;
    }
    return wanted.isTagged()
        ? ProtocolVersion.V2_1
        : wanted.major() == 1 ? ProtocolVersion.V1_4 : ProtocolVersion.V1_0;
  }

  private void refuse(TtlvWriter writer, ProtocolVersion version, KmipFailure failure) {
    List<ResponseItem> items = new ArrayList<>();
    items.add(
        new ResponseItem(Optional.empty(), Optional.empty(), BatchRunner.failed(failure, version)));
    Messages.write(
        writer,
        new ResponseMessage(ResponseHeader.of(version, service.clock().instant(), 1), items));
  }

  /** Erases keys that the request brought along. */
  private static void close(RequestMessage request) {
    for (RequestItem item : request.items()) {
      if (item instanceof RequestItem.Valid valid) {
        switch (valid.request()) {
          case Register register -> register.managedObject().close();
          case Import imported -> imported.managedObject().close();
          default -> {
            // No other request holds a key.
          }
        }
      }
    }
    for (Credential credential : request.header().credentials()) {
      if (credential instanceof Credential.UsernameAndPassword it) {
        it.password().ifPresent(SecretBytes::close);
      }
    }
  }
}
