package io.keymoor.kmip.message;

import static org.assertj.core.api.Assertions.assertThat;

import io.keymoor.kmip.codec.InvalidKmip;
import io.keymoor.kmip.codec.ProtocolVersion;
import io.keymoor.kmip.operation.OtherRequest;
import io.keymoor.kmip.operation.OtherResponse;
import io.keymoor.kmip.operation.Poll;
import io.keymoor.kmip.operation.Request;
import io.keymoor.kmip.operation.Response;
import io.keymoor.kmip.vocabulary.Operation;
import io.keymoor.ttlv.Encoding;
import io.keymoor.ttlv.Limits;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Generated messages survive every encoding in every version; a failure names its seed. */
class RoundTripTest {
  private static final int SEEDS = 12;
  private static final List<Class<?>> REQUESTS =
      Arrays.stream(Request.class.getPermittedSubclasses())
          .filter(type -> type != OtherRequest.class)
          .toList();
  private static final List<Class<?>> RESPONSES =
      Arrays.stream(Response.class.getPermittedSubclasses())
          .filter(type -> type != OtherResponse.class)
          .toList();

  @TestFactory
  Stream<DynamicTest> requestsSurviveOrAreRefusedByTheVersion() {
    return REQUESTS.stream()
        .map(type -> DynamicTest.dynamicTest(type.getSimpleName(), () -> checkRequests(type)));
  }

  private static void checkRequests(Class<?> type) {
    for (ProtocolVersion version : ProtocolVersion.SUPPORTED) {
      int written = 0;
      for (int seed = 0; seed < SEEDS; seed++) {
        RequestMessage message = request(type, version, seed);
        for (Encoding encoding : Encoding.values()) {
          try {
            byte[] frame = Messages.encode(encoding, message);
            assertThat(Messages.decodeRequest(encoding, frame, Limits.DEFAULT))
                .as("%s, KMIP %s, seed %d", encoding, version, seed)
                .isEqualTo(message);
            written++;
          } catch (InvalidKmip refusal) {
            assertThat(refusal.reason())
                .as("%s, KMIP %s, seed %d: %s", encoding, version, seed, refusal.getMessage())
                .isEqualTo(InvalidKmip.Reason.NOT_IN_THIS_VERSION);
          }
        }
      }
      assertThat(written).as("messages that KMIP %s can say", version).isPositive();
    }
  }

  private static RequestMessage request(Class<?> type, ProtocolVersion version, int seed) {
    // The first of each has no optional fields, so that every version can say it.
    Generator generator = new Generator(seed, version, seed == 0 ? 0 : 0.4);
    Request<?> payload = (Request<?>) generator.make(type);
    RequestHeader drawn = generator.make(RequestHeader.class);
    RequestHeader header =
        new RequestHeader(
            version,
            drawn.maximumResponseSize(),
            drawn.clientCorrelation(),
            drawn.serverCorrelation(),
            version.isTagged() ? drawn.asynchronous() : Optional.empty(),
            drawn.attestationCapable(),
            drawn.attestationTypes(),
            drawn.credentials(),
            drawn.errorContinuation(),
            drawn.batchOrder(),
            drawn.timeStamp(),
            1);
    return new RequestMessage(header, List.of(RequestItem.of(payload)));
  }

  @TestFactory
  Stream<DynamicTest> answersSurviveWithoutWhatTheVersionDoesNotKnow() {
    return RESPONSES.stream()
        .map(type ->
            DynamicTest.dynamicTest(
                type.getDeclaringClass().getSimpleName(), () -> checkResponses(type)));
  }

  private static void checkResponses(Class<?> type) {
    for (ProtocolVersion version : ProtocolVersion.SUPPORTED) {
      for (int seed = 0; seed < SEEDS; seed++) {
        ResponseMessage message = response(type, version, seed);
        List<ResponseMessage> read = new ArrayList<>();
        for (Encoding encoding : Encoding.values()) {
          byte[] frame = Messages.encode(encoding, message);
          ResponseMessage once = Messages.decodeResponse(encoding, frame, Limits.DEFAULT);
          assertThat(Messages.encode(encoding, once))
              .as("%s, KMIP %s, seed %d", encoding, version, seed)
              .isEqualTo(frame);
          read.add(once);
        }
        assertThat(read).as("KMIP %s, seed %d", version, seed).containsOnly(read.getFirst());
        if (seed == 0) {
          assertThat(read.getFirst()).isEqualTo(message);
        }
      }
    }
  }

  private static ResponseMessage response(Class<?> type, ProtocolVersion version, int seed) {
    Generator generator = new Generator(seed, version, seed == 0 ? 0 : 0.4);
    Response payload = (Response) generator.make(type);
    ResponseHeader drawn = generator.make(ResponseHeader.class);
    ResponseHeader header = ResponseHeader.of(version, drawn.timeStamp(), 1);
    ResponseItem item =
        new ResponseItem(
            Optional.of(operation(type)),
            Optional.empty(),
            new ResponseItem.Outcome.Success(payload));
    return new ResponseMessage(header, List.of(item));
  }

  private static Operation operation(Class<?> answer) {
    assertThat(answer).isNotEqualTo(Poll.class);
    Request<?> request =
        (Request<?>) new Generator(0, ProtocolVersion.V2_1, 0).make(answer.getDeclaringClass());
    return request.operation();
  }
}
