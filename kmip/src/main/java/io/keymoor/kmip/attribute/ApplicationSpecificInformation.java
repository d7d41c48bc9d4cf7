package io.keymoor.kmip.attribute;

import io.keymoor.kmip.codec.Structure;
import io.keymoor.kmip.codec.Types;
import io.keymoor.kmip.vocabulary.Tag;
import java.util.Optional;

/** The Application Specific Information attribute (KMIP 2.1 section 4.4). */
public record ApplicationSpecificInformation(String namespace, Optional<String> data) {
  public static final Structure<ApplicationSpecificInformation> TYPE =
      new Structure<>(fields ->
          new ApplicationSpecificInformation(
              fields.required(
                  Tag.APPLICATION_NAMESPACE, Types.TEXT, ApplicationSpecificInformation::namespace),
              fields.optional(
                  Tag.APPLICATION_DATA, Types.TEXT, ApplicationSpecificInformation::data)));
}
