package io.keymoor.kmip.message;

import io.keymoor.kmip.codec.ProtocolVersion;
import io.keymoor.kmip.codec.Structure;
import io.keymoor.kmip.codec.Types;
import io.keymoor.kmip.vocabulary.AsynchronousIndicator;
import io.keymoor.kmip.vocabulary.AttestationType;
import io.keymoor.kmip.vocabulary.BatchErrorContinuationOption;
import io.keymoor.kmip.vocabulary.Tag;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The header of a request (KMIP 2.1 section 8.2).
 *
 * <p>The version that is read is also the version in whose shape the rest of the message is read.
 *
 * @param version the version of the request
 * @param maximumResponseSize bytes that the answer may have
 * @param clientCorrelation what the client calls its request
 * @param serverCorrelation what the server called an earlier answer
 * @param asynchronous whether the server may answer later
 * @param attestationCapable whether the client can attest itself
 * @param attestationTypes the attestations the client is able to
 * @param credentials who the client is, beside its certificate
 * @param errorContinuation what happens to the rest of the batch after a failure; Stop if absent
 * @param batchOrder whether items must be processed in their order; see {@link #isOrdered}
 * @param timeStamp the client's time
 * @param batchCount the number of items
 */
public record RequestHeader(
    ProtocolVersion version,
    Optional<Integer> maximumResponseSize,
    Optional<String> clientCorrelation,
    Optional<String> serverCorrelation,
    Optional<AsynchronousIndicator> asynchronous,
    Optional<Boolean> attestationCapable,
    List<AttestationType> attestationTypes,
    List<Credential> credentials,
    Optional<BatchErrorContinuationOption> errorContinuation,
    Optional<Boolean> batchOrder,
    Optional<Instant> timeStamp,
    int batchCount) {
  public static final Structure<RequestHeader> TYPE =
      new Structure<>(fields ->
          new RequestHeader(
              SpokenVersion.in(fields, RequestHeader::version),
              fields.optional(
                  Tag.MAXIMUM_RESPONSE_SIZE, Types.INTEGER, RequestHeader::maximumResponseSize),
              fields
                  .since(ProtocolVersion.V1_4)
                  .optional(
                      Tag.CLIENT_CORRELATION_VALUE, Types.TEXT, RequestHeader::clientCorrelation),
              fields
                  .since(ProtocolVersion.V1_4)
                  .optional(
                      Tag.SERVER_CORRELATION_VALUE, Types.TEXT, RequestHeader::serverCorrelation),
              fields.optional(
                  Tag.ASYNCHRONOUS_INDICATOR, AsynchronousMode.TYPE, RequestHeader::asynchronous),
              fields
                  .since(ProtocolVersion.V1_2)
                  .optional(
                      Tag.ATTESTATION_CAPABLE_INDICATOR,
                      Types.BOOLEAN,
                      RequestHeader::attestationCapable),
              fields
                  .since(ProtocolVersion.V1_2)
                  .repeated(
                      Tag.ATTESTATION_TYPE, AttestationType.KIND, RequestHeader::attestationTypes),
              fields.choice(Credential.AUTHENTICATION, RequestHeader::credentials),
              fields.optional(
                  Tag.BATCH_ERROR_CONTINUATION_OPTION,
                  BatchErrorContinuationOption.KIND,
                  RequestHeader::errorContinuation),
              fields.optional(Tag.BATCH_ORDER_OPTION, Types.BOOLEAN, RequestHeader::batchOrder),
              fields.optional(Tag.TIME_STAMP, Types.DATE_TIME, RequestHeader::timeStamp),
              fields.integer(Tag.BATCH_COUNT, RequestHeader::batchCount)));

  public RequestHeader {
    attestationTypes = List.copyOf(attestationTypes);
  }

  /** A header with nothing but what every request has. */
  public static RequestHeader of(ProtocolVersion version, int batchCount) {
    return new RequestHeader(
        version,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        List.of(),
        List.of(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        batchCount);
  }

  /** Whether items must be processed in their order: by default since KMIP 2.0, not before. */
  public boolean isOrdered() {
    return batchOrder.orElse(version.isTagged());
  }
}
