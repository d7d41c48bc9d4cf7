package io.keymoor.kmip.message;

import io.keymoor.kmip.codec.ByteString;
import io.keymoor.kmip.codec.ProtocolVersion;
import io.keymoor.kmip.codec.Structure;
import io.keymoor.kmip.codec.Types;
import io.keymoor.kmip.vocabulary.AttestationType;
import io.keymoor.kmip.vocabulary.Tag;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The header of an answer (KMIP 2.1 section 8.5).
 *
 * <p>The version that is read is also the version in whose shape the rest of the message is read.
 *
 * @param version the version of the answer
 * @param timeStamp the server's time
 * @param nonce a nonce for attestation
 * @param hashedPassword the server's proof that it knows the client's password
 * @param attestationTypes the attestations the server accepts
 * @param clientCorrelation what the client called its request
 * @param serverCorrelation what the server calls its answer
 * @param batchCount the number of items
 */
public record ResponseHeader(
    ProtocolVersion version,
    Instant timeStamp,
    Optional<Nonce> nonce,
    Optional<ByteString> hashedPassword,
    List<AttestationType> attestationTypes,
    Optional<String> clientCorrelation,
    Optional<String> serverCorrelation,
    int batchCount) {
  public static final Structure<ResponseHeader> TYPE =
      new Structure<>(fields ->
          new ResponseHeader(
              SpokenVersion.in(fields, ResponseHeader::version),
              fields.required(Tag.TIME_STAMP, Types.DATE_TIME, ResponseHeader::timeStamp),
              fields
                  .since(ProtocolVersion.V1_2)
                  .optional(Tag.NONCE, Nonce.TYPE, ResponseHeader::nonce),
              fields
                  .since(ProtocolVersion.V2_0)
                  .optional(
                      Tag.SERVER_HASHED_PASSWORD, Types.BYTES, ResponseHeader::hashedPassword),
              fields
                  .since(ProtocolVersion.V1_2)
                  .repeated(
                      Tag.ATTESTATION_TYPE, AttestationType.KIND, ResponseHeader::attestationTypes),
              fields
                  .since(ProtocolVersion.V1_4)
                  .optional(
                      Tag.CLIENT_CORRELATION_VALUE, Types.TEXT, ResponseHeader::clientCorrelation),
              fields
                  .since(ProtocolVersion.V1_4)
                  .optional(
                      Tag.SERVER_CORRELATION_VALUE, Types.TEXT, ResponseHeader::serverCorrelation),
              fields.integer(Tag.BATCH_COUNT, ResponseHeader::batchCount)));

  public ResponseHeader {
    attestationTypes = List.copyOf(attestationTypes);
  }

  /** A header with nothing but what every answer has; the time is cut to whole seconds. */
  public static ResponseHeader of(ProtocolVersion version, Instant timeStamp, int batchCount) {
    return new ResponseHeader(
        version,
        Instant.ofEpochSecond(timeStamp.getEpochSecond()),
        Optional.empty(),
        Optional.empty(),
        List.of(),
        Optional.empty(),
        Optional.empty(),
        batchCount);
  }
}
