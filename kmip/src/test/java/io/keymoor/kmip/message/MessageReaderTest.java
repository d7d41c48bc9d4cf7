package io.keymoor.kmip.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keymoor.kmip.codec.ProtocolVersion;
import io.keymoor.kmip.operation.DiscoverVersions;
import io.keymoor.kmip.operation.Get;
import io.keymoor.secret.SecretBytes;
import io.keymoor.ttlv.Encoding;
import io.keymoor.ttlv.Limits;
import io.keymoor.ttlv.MalformedTtlv;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** One reader for the messages of a connection. */
class MessageReaderTest {
  private final MessageReader reader = MessageReader.strict(Encoding.BINARY, Limits.DEFAULT);

  @Test
  void messagesWithTheSameHeaderAndWithOthersAreReadAsTheyAre() {
    for (ProtocolVersion version :
        List.of(
            ProtocolVersion.V1_1,
            ProtocolVersion.V1_1,
            ProtocolVersion.V1_1,
            ProtocolVersion.V2_0,
            ProtocolVersion.V2_0,
            ProtocolVersion.V2_0,
            ProtocolVersion.V1_1)) {
      RequestMessage message = RequestMessage.of(version, Get.of("an object"));
      assertThat(reader.request(Messages.encode(Encoding.BINARY, message))).isEqualTo(message);
      assertThat(reader.version()).isEqualTo(version);
    }
  }

  @Test
  void aHeaderWithAPasswordIsReadAnewEachTime() {
    for (int i = 0; i < 3; i++) {
      byte[] bytes = Messages.encode(Encoding.BINARY, withPassword());
      RequestMessage message = reader.request(bytes);
      Credential.UsernameAndPassword login =
          (Credential.UsernameAndPassword) message.header().credentials().getFirst();
      try (SecretBytes password = login.password().orElseThrow();
          SecretBytes same = SecretBytes.takeOver(new byte[] {'s', 'e', 's', 'a', 'm', 'e'})) {
        assertThat(password).isEqualTo(same);
      }
    }
  }

  private static RequestMessage withPassword() {
    RequestHeader plain = RequestHeader.of(ProtocolVersion.V1_2, 1);
    return new RequestMessage(
        new RequestHeader(
            plain.version(),
            plain.maximumResponseSize(),
            plain.clientCorrelation(),
            plain.serverCorrelation(),
            plain.asynchronous(),
            plain.attestationCapable(),
            plain.attestationTypes(),
            List.of(
                new Credential.UsernameAndPassword(
                    "u",
                    Optional.of(SecretBytes.takeOver(new byte[] {'s', 'e', 's', 'a', 'm', 'e'})))),
            plain.errorContinuation(),
            plain.batchOrder(),
            plain.timeStamp(),
            plain.batchCount()),
        List.of(RequestItem.of(new DiscoverVersions(List.of()))));
  }

  @Test
  void aKnownHeaderBeforeADamagedRestStillCounts() {
    RequestMessage message = RequestMessage.of(ProtocolVersion.V1_4, Get.of("an object"));
    byte[] whole = Messages.encode(Encoding.BINARY, message);
    for (int i = 0; i < 3; i++) {
      reader.request(whole);
    }
    byte[] cut = Arrays.copyOf(whole, whole.length - 8);
    assertThatThrownBy(() -> reader.request(cut)).isInstanceOf(MalformedTtlv.class);
    assertThat(reader.request(whole)).isEqualTo(message);
  }
}
