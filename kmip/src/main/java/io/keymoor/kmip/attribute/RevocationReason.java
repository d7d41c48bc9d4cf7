package io.keymoor.kmip.attribute;

import io.keymoor.kmip.codec.Structure;
import io.keymoor.kmip.codec.Types;
import io.keymoor.kmip.vocabulary.RevocationReasonCode;
import io.keymoor.kmip.vocabulary.Tag;
import java.util.Optional;

/** The Revocation Reason attribute (KMIP 2.1 section 4.47). */
public record RevocationReason(RevocationReasonCode code, Optional<String> message) {
  public static final Structure<RevocationReason> TYPE =
      new Structure<>(fields ->
          new RevocationReason(
              fields.required(
                  Tag.REVOCATION_REASON_CODE, RevocationReasonCode.KIND, RevocationReason::code),
              fields.optional(Tag.REVOCATION_MESSAGE, Types.TEXT, RevocationReason::message)));
}
