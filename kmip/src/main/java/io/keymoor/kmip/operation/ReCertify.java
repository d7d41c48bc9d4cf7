package io.keymoor.kmip.operation;

import io.keymoor.kmip.attribute.NewAttributes;
import io.keymoor.kmip.attribute.ObjectId;
import io.keymoor.kmip.codec.ByteString;
import io.keymoor.kmip.codec.ProtocolVersion;
import io.keymoor.kmip.codec.Structure;
import io.keymoor.kmip.codec.Types;
import io.keymoor.kmip.vocabulary.CertificateRequestType;
import io.keymoor.kmip.vocabulary.Operation;
import io.keymoor.kmip.vocabulary.Tag;
import java.time.Duration;
import java.util.Optional;

/**
 * Renews a certificate for the same key (KMIP 1.4 section 4.8, KMIP 2.1 section 6.1.45).
 *
 * @param object the certificate
 * @param requestObject a certificate request that the server keeps
 * @param requestType what the request is
 * @param request a certificate request
 * @param offset from the new certificate's making to its activation
 */
public record ReCertify(
    ObjectId object,
    Optional<ObjectId> requestObject,
    Optional<CertificateRequestType> requestType,
    Optional<ByteString> request,
    Optional<Duration> offset,
    Optional<NewAttributes> attributes,
    Optional<ProtectionStorageMasks> protectionStorageMasks)
    implements Request<ReCertify.Result> {
  public static final Structure<ReCertify> TYPE =
      new Structure<>(fields ->
          new ReCertify(
              fields.choice(ObjectId.UNIQUE_IDENTIFIER, ReCertify::object),
              fields
                  .since(ProtocolVersion.V2_0)
                  .optional(
                      Tag.CERTIFICATE_REQUEST_UNIQUE_IDENTIFIER,
                      ObjectId.TYPE,
                      ReCertify::requestObject),
              fields.optional(
                  Tag.CERTIFICATE_REQUEST_TYPE,
                  CertificateRequestType.KIND,
                  ReCertify::requestType),
              Certify.requestIn(fields, ReCertify::request),
              fields.optional(Tag.OFFSET, Types.INTERVAL, ReCertify::offset),
              NewAttributes.maybeIn(fields, ReCertify::attributes),
              fields
                  .since(ProtocolVersion.V2_0)
                  .optional(
                      Tag.PROTECTION_STORAGE_MASKS,
                      ProtectionStorageMasks.TYPE,
                      ReCertify::protectionStorageMasks)));

  @Override
  public Operation operation() {
    return Operation.RE_CERTIFY;
  }

  /** What the server answers. */
  public record Result(String uniqueIdentifier, Optional<NewAttributes> attributes)
      implements Response {
    public static final Structure<Result> TYPE =
        new Structure<>(fields ->
            new Result(
                fields.required(Tag.UNIQUE_IDENTIFIER, Types.TEXT, Result::uniqueIdentifier),
                fields
                    .until(ProtocolVersion.V1_4)
                    .optional(Tag.TEMPLATE_ATTRIBUTE, NewAttributes.TYPE, Result::attributes)));
  }
}
