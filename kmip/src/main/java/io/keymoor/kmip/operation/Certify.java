package io.keymoor.kmip.operation;

import io.keymoor.kmip.attribute.NewAttributes;
import io.keymoor.kmip.attribute.ObjectId;
import io.keymoor.kmip.codec.ByteString;
import io.keymoor.kmip.codec.Fields;
import io.keymoor.kmip.codec.ProtocolVersion;
import io.keymoor.kmip.codec.Structure;
import io.keymoor.kmip.codec.Types;
import io.keymoor.kmip.vocabulary.CertificateRequestType;
import io.keymoor.kmip.vocabulary.Operation;
import io.keymoor.kmip.vocabulary.Tag;
import java.util.Optional;
import java.util.function.Function;

/**
 * Makes a certificate for a public key (KMIP 1.4 section 4.7, KMIP 2.1 section 6.1.6).
 *
 * @param object the public key, or since 2.0 a certificate request
 * @param requestType what the request is
 * @param request a certificate request
 */
public record Certify(
    ObjectId object,
    Optional<CertificateRequestType> requestType,
    Optional<ByteString> request,
    Optional<NewAttributes> attributes,
    Optional<ProtectionStorageMasks> protectionStorageMasks)
    implements Request<Certify.Result> {
  public static final Structure<Certify> TYPE =
      new Structure<>(fields ->
          new Certify(
              fields.choice(ObjectId.UNIQUE_IDENTIFIER, Certify::object),
              fields.optional(
                  Tag.CERTIFICATE_REQUEST_TYPE, CertificateRequestType.KIND, Certify::requestType),
              requestIn(fields, Certify::request),
              NewAttributes.maybeIn(fields, Certify::attributes),
              fields
                  .since(ProtocolVersion.V2_0)
                  .optional(
                      Tag.PROTECTION_STORAGE_MASKS,
                      ProtectionStorageMasks.TYPE,
                      Certify::protectionStorageMasks)));

  /** The field has another tag since it is also the name of an object. */
  static <R> Optional<ByteString> requestIn(
      Fields<R> fields, Function<R, Optional<ByteString>> of) {
    return fields.optional(
        fields.version().isTagged() ? Tag.CERTIFICATE_REQUEST_VALUE : Tag.CERTIFICATE_REQUEST,
        Types.BYTES,
        of);
  }

  @Override
  public Operation operation() {
    return Operation.CERTIFY;
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
