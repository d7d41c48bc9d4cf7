package io.keymoor.kmip.operation;

import io.keymoor.kmip.codec.Structure;
import io.keymoor.kmip.codec.Types;
import io.keymoor.kmip.vocabulary.Tag;
import io.keymoor.kmip.vocabulary.ValidationAuthorityType;
import io.keymoor.kmip.vocabulary.ValidationType;
import java.util.List;
import java.util.Optional;

/** A formal validation of the server (KMIP 2.1 section 7.41). */
public record ValidationInformation(
    ValidationAuthorityType authority,
    Optional<String> country,
    Optional<String> authorityUri,
    int versionMajor,
    Optional<Integer> versionMinor,
    ValidationType type,
    int level,
    Optional<String> certificateIdentifier,
    Optional<String> certificateUri,
    Optional<String> vendorUri,
    List<String> profiles) {
  public static final Structure<ValidationInformation> TYPE =
      new Structure<>(fields ->
          new ValidationInformation(
              fields.required(
                  Tag.VALIDATION_AUTHORITY_TYPE,
                  ValidationAuthorityType.KIND,
                  ValidationInformation::authority),
              fields.optional(
                  Tag.VALIDATION_AUTHORITY_COUNTRY, Types.TEXT, ValidationInformation::country),
              fields.optional(
                  Tag.VALIDATION_AUTHORITY_URI, Types.TEXT, ValidationInformation::authorityUri),
              fields.integer(Tag.VALIDATION_VERSION_MAJOR, ValidationInformation::versionMajor),
              fields.optional(
                  Tag.VALIDATION_VERSION_MINOR, Types.INTEGER, ValidationInformation::versionMinor),
              fields.required(
                  Tag.VALIDATION_TYPE, ValidationType.KIND, ValidationInformation::type),
              fields.integer(Tag.VALIDATION_LEVEL, ValidationInformation::level),
              fields.optional(
                  Tag.VALIDATION_CERTIFICATE_IDENTIFIER,
                  Types.TEXT,
                  ValidationInformation::certificateIdentifier),
              fields.optional(
                  Tag.VALIDATION_CERTIFICATE_URI,
                  Types.TEXT,
                  ValidationInformation::certificateUri),
              fields.optional(
                  Tag.VALIDATION_VENDOR_URI, Types.TEXT, ValidationInformation::vendorUri),
              fields.repeated(
                  Tag.VALIDATION_PROFILE, Types.TEXT, ValidationInformation::profiles)));

  public ValidationInformation {
    profiles = List.copyOf(profiles);
  }
}
