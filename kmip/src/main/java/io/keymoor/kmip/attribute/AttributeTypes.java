package io.keymoor.kmip.attribute;

import static io.keymoor.kmip.attribute.AttributeType.ClientSets.ANY_TIME;
import static io.keymoor.kmip.attribute.AttributeType.ClientSets.AT_CREATION;
import static io.keymoor.kmip.attribute.ObjectKinds.CERTIFICATE;
import static io.keymoor.kmip.attribute.ObjectKinds.CRYPTO;
import static io.keymoor.kmip.attribute.ObjectKinds.KEYPAIR;
import static io.keymoor.kmip.attribute.ObjectKinds.KEYVALUE;
import static io.keymoor.kmip.attribute.ObjectKinds.OPAQUE;
import static io.keymoor.kmip.attribute.ObjectKinds.SIGNED;
import static io.keymoor.kmip.attribute.ObjectKinds.STATED;
import static io.keymoor.kmip.attribute.ObjectKinds.SYMMETRIC;

import io.keymoor.kmip.codec.ByteString;
import io.keymoor.kmip.codec.ProtocolVersion;
import io.keymoor.kmip.codec.Type;
import io.keymoor.kmip.codec.Types;
import io.keymoor.kmip.vocabulary.CertificateType;
import io.keymoor.kmip.vocabulary.CryptographicAlgorithm;
import io.keymoor.kmip.vocabulary.DigitalSignatureAlgorithm;
import io.keymoor.kmip.vocabulary.KeyFormatType;
import io.keymoor.kmip.vocabulary.NistKeyType;
import io.keymoor.kmip.vocabulary.ObjectType;
import io.keymoor.kmip.vocabulary.OpaqueDataType;
import io.keymoor.kmip.vocabulary.ProtectionLevel;
import io.keymoor.kmip.vocabulary.State;
import io.keymoor.kmip.vocabulary.Tag;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The attribute table (KMIP 1.4 section 3, KMIP 2.1 section 4).
 *
 * <p>Each row reads: name, tag, type of a value; {@code since} and {@code until} the versions that
 * have it; {@code multiple} for several values; {@code client(sets, modifies, deletes)} what a
 * client may do, nothing where it is missing; {@code on} the object types, all where it is missing.
 */
public final class AttributeTypes {
  private static final List<AttributeType<?>> TABLE = new ArrayList<>();

  public static final AttributeType<ObjectId> UNIQUE_IDENTIFIER =
      add(row("Unique Identifier", Tag.UNIQUE_IDENTIFIER, ObjectId.TYPE));
  public static final AttributeType<Name> NAME =
      add(row("Name", Tag.NAME, Name.TYPE).multiple().client(ANY_TIME, true, true));
  public static final AttributeType<ObjectType> OBJECT_TYPE =
      add(row("Object Type", Tag.OBJECT_TYPE, ObjectType.KIND));
  public static final AttributeType<CryptographicAlgorithm> CRYPTOGRAPHIC_ALGORITHM =
      add(
          row("Cryptographic Algorithm", Tag.CRYPTOGRAPHIC_ALGORITHM, CryptographicAlgorithm.KIND)
              .client(AT_CREATION, false, false));
  public static final AttributeType<Integer> CRYPTOGRAPHIC_LENGTH =
      add(
          row("Cryptographic Length", Tag.CRYPTOGRAPHIC_LENGTH, Types.INTEGER)
              .client(AT_CREATION, false, false));
  public static final AttributeType<CryptographicParameters> CRYPTOGRAPHIC_PARAMETERS =
      add(
          row(
                  "Cryptographic Parameters",
                  Tag.CRYPTOGRAPHIC_PARAMETERS,
                  CryptographicParameters.TYPE)
              .multiple()
              .client(ANY_TIME, true, true));
  public static final AttributeType<CryptographicDomainParameters> CRYPTOGRAPHIC_DOMAIN_PARAMETERS =
      add(
          row(
                  "Cryptographic Domain Parameters",
                  Tag.CRYPTOGRAPHIC_DOMAIN_PARAMETERS,
                  CryptographicDomainParameters.TYPE)
              .client(AT_CREATION, false, false)
              .on(KEYPAIR));
  public static final AttributeType<CertificateType> CERTIFICATE_TYPE =
      add(row("Certificate Type", Tag.CERTIFICATE_TYPE, CertificateType.KIND).on(CERTIFICATE));
  public static final AttributeType<Integer> CERTIFICATE_LENGTH =
      add(
          row("Certificate Length", Tag.CERTIFICATE_LENGTH, Types.INTEGER)
              .since(ProtocolVersion.V1_1)
              .client(AT_CREATION, false, false)
              .on(CERTIFICATE));
  public static final AttributeType<X509CertificateIdentifier> X_509_CERTIFICATE_IDENTIFIER =
      add(
          row(
                  "X.509 Certificate Identifier",
                  Tag.X_509_CERTIFICATE_IDENTIFIER,
                  X509CertificateIdentifier.TYPE)
              .since(ProtocolVersion.V1_1)
              .on(CERTIFICATE));
  public static final AttributeType<X509CertificateSubject> X_509_CERTIFICATE_SUBJECT =
      add(
          row(
                  "X.509 Certificate Subject",
                  Tag.X_509_CERTIFICATE_SUBJECT,
                  X509CertificateSubject.TYPE)
              .since(ProtocolVersion.V1_1)
              .on(CERTIFICATE));
  public static final AttributeType<X509CertificateIssuer> X_509_CERTIFICATE_ISSUER =
      add(
          row("X.509 Certificate Issuer", Tag.X_509_CERTIFICATE_ISSUER, X509CertificateIssuer.TYPE)
              .since(ProtocolVersion.V1_1)
              .on(CERTIFICATE));
  public static final AttributeType<CertificateIdentifier> CERTIFICATE_IDENTIFIER =
      add(
          row("Certificate Identifier", Tag.CERTIFICATE_IDENTIFIER, CertificateIdentifier.TYPE)
              .until(ProtocolVersion.V1_4)
              .on(CERTIFICATE));
  public static final AttributeType<CertificateSubject> CERTIFICATE_SUBJECT =
      add(
          row("Certificate Subject", Tag.CERTIFICATE_SUBJECT, CertificateSubject.TYPE)
              .until(ProtocolVersion.V1_4)
              .on(CERTIFICATE));
  public static final AttributeType<CertificateIssuer> CERTIFICATE_ISSUER =
      add(
          row("Certificate Issuer", Tag.CERTIFICATE_ISSUER, CertificateIssuer.TYPE)
              .until(ProtocolVersion.V1_4)
              .on(CERTIFICATE));
  public static final AttributeType<DigitalSignatureAlgorithm> DIGITAL_SIGNATURE_ALGORITHM =
      add(
          row(
                  "Digital Signature Algorithm",
                  Tag.DIGITAL_SIGNATURE_ALGORITHM,
                  DigitalSignatureAlgorithm.KIND)
              .since(ProtocolVersion.V1_1)
              .multiple()
              .client(AT_CREATION, false, false)
              .on(SIGNED));
  public static final AttributeType<Digest> DIGEST =
      add(row("Digest", Tag.DIGEST, Digest.TYPE).multiple());
  public static final AttributeType<String> OPERATION_POLICY_NAME =
      add(
          row("Operation Policy Name", Tag.OPERATION_POLICY_NAME, Types.TEXT)
              .until(ProtocolVersion.V1_4)
              .client(ANY_TIME, false, false));
  public static final AttributeType<Integer> CRYPTOGRAPHIC_USAGE_MASK =
      add(
          row(
                  "Cryptographic Usage Mask",
                  Tag.CRYPTOGRAPHIC_USAGE_MASK,
                  Types.mask(Tag.CRYPTOGRAPHIC_USAGE_MASK))
              .client(ANY_TIME, false, false));
  public static final AttributeType<Duration> LEASE_TIME =
      add(row("Lease Time", Tag.LEASE_TIME, Types.INTERVAL).on(CRYPTO));
  public static final AttributeType<UsageLimits> USAGE_LIMITS =
      add(row("Usage Limits", Tag.USAGE_LIMITS, UsageLimits.TYPE).client(ANY_TIME, true, true));
  public static final AttributeType<State> STATE =
      add(row("State", Tag.STATE, State.KIND).on(STATED));
  public static final AttributeType<Instant> INITIAL_DATE =
      add(row("Initial Date", Tag.INITIAL_DATE, Types.DATE_TIME));
  public static final AttributeType<Instant> ACTIVATION_DATE =
      add(
          row("Activation Date", Tag.ACTIVATION_DATE, Types.DATE_TIME)
              .client(ANY_TIME, true, false)
              .on(STATED));
  public static final AttributeType<Instant> PROCESS_START_DATE =
      add(
          row("Process Start Date", Tag.PROCESS_START_DATE, Types.DATE_TIME)
              .client(ANY_TIME, true, false)
              .on(SYMMETRIC));
  public static final AttributeType<Instant> PROTECT_STOP_DATE =
      add(
          row("Protect Stop Date", Tag.PROTECT_STOP_DATE, Types.DATE_TIME)
              .client(ANY_TIME, true, false)
              .on(SYMMETRIC));
  public static final AttributeType<Instant> DEACTIVATION_DATE =
      add(
          row("Deactivation Date", Tag.DEACTIVATION_DATE, Types.DATE_TIME)
              .client(ANY_TIME, true, false)
              .on(STATED));
  public static final AttributeType<Instant> DESTROY_DATE =
      add(row("Destroy Date", Tag.DESTROY_DATE, Types.DATE_TIME));
  public static final AttributeType<Instant> COMPROMISE_OCCURRENCE_DATE =
      add(row("Compromise Occurrence Date", Tag.COMPROMISE_OCCURRENCE_DATE, Types.DATE_TIME));
  public static final AttributeType<Instant> COMPROMISE_DATE =
      add(row("Compromise Date", Tag.COMPROMISE_DATE, Types.DATE_TIME));
  public static final AttributeType<RevocationReason> REVOCATION_REASON =
      add(row("Revocation Reason", Tag.REVOCATION_REASON, RevocationReason.TYPE));
  public static final AttributeType<Instant> ARCHIVE_DATE =
      add(row("Archive Date", Tag.ARCHIVE_DATE, Types.DATE_TIME));
  public static final AttributeType<String> OBJECT_GROUP =
      add(
          row("Object Group", Tag.OBJECT_GROUP, Types.TEXT)
              .multiple()
              .client(ANY_TIME, true, true));
  public static final AttributeType<Boolean> FRESH =
      add(
          row("Fresh", Tag.FRESH, Types.BOOLEAN)
              .since(ProtocolVersion.V1_1)
              .client(ANY_TIME, false, false));
  public static final AttributeType<Link> LINK =
      add(row("Link", Tag.LINK, Link.TYPE).multiple().client(ANY_TIME, true, true));
  public static final AttributeType<ApplicationSpecificInformation>
      APPLICATION_SPECIFIC_INFORMATION =
          add(
              row(
                      "Application Specific Information",
                      Tag.APPLICATION_SPECIFIC_INFORMATION,
                      ApplicationSpecificInformation.TYPE)
                  .multiple()
                  .client(ANY_TIME, true, true));
  public static final AttributeType<String> CONTACT_INFORMATION =
      add(
          row("Contact Information", Tag.CONTACT_INFORMATION, Types.TEXT)
              .client(ANY_TIME, true, true));
  public static final AttributeType<Instant> LAST_CHANGE_DATE =
      add(row("Last Change Date", Tag.LAST_CHANGE_DATE, Types.DATE_TIME));
  public static final AttributeType<AlternativeName> ALTERNATIVE_NAME =
      add(
          row("Alternative Name", Tag.ALTERNATIVE_NAME, AlternativeName.TYPE)
              .since(ProtocolVersion.V1_2)
              .multiple()
              .client(ANY_TIME, true, true));
  public static final AttributeType<Boolean> KEY_VALUE_PRESENT =
      add(
          row("Key Value Present", Tag.KEY_VALUE_PRESENT, Types.BOOLEAN)
              .since(ProtocolVersion.V1_2)
              .on(KEYVALUE));
  public static final AttributeType<KeyValueLocation> KEY_VALUE_LOCATION =
      add(
          row("Key Value Location", Tag.KEY_VALUE_LOCATION, KeyValueLocation.TYPE)
              .since(ProtocolVersion.V1_2)
              .multiple()
              .client(ANY_TIME, true, true)
              .on(KEYVALUE));
  public static final AttributeType<Instant> ORIGINAL_CREATION_DATE =
      add(
          row("Original Creation Date", Tag.ORIGINAL_CREATION_DATE, Types.DATE_TIME)
              .since(ProtocolVersion.V1_2)
              .client(ANY_TIME, false, false));
  public static final AttributeType<RngParameters> RANDOM_NUMBER_GENERATOR =
      add(
          row("Random Number Generator", Tag.RANDOM_NUMBER_GENERATOR, RngParameters.TYPE)
              .since(ProtocolVersion.V1_3)
              .client(AT_CREATION, false, false));
  public static final AttributeType<String> PKCS_12_FRIENDLY_NAME =
      add(
          row("PKCS#12 Friendly Name", Tag.PKCS_12_FRIENDLY_NAME, Types.TEXT)
              .since(ProtocolVersion.V1_4)
              .client(ANY_TIME, true, true));
  public static final AttributeType<String> DESCRIPTION =
      add(
          row("Description", Tag.DESCRIPTION, Types.TEXT)
              .since(ProtocolVersion.V1_4)
              .client(ANY_TIME, true, true));
  public static final AttributeType<String> COMMENT =
      add(
          row("Comment", Tag.COMMENT, Types.TEXT)
              .since(ProtocolVersion.V1_4)
              .client(ANY_TIME, true, true));
  public static final AttributeType<Boolean> SENSITIVE =
      add(
          row("Sensitive", Tag.SENSITIVE, Types.BOOLEAN)
              .since(ProtocolVersion.V1_4)
              .client(ANY_TIME, true, false));
  public static final AttributeType<Boolean> ALWAYS_SENSITIVE =
      add(row("Always Sensitive", Tag.ALWAYS_SENSITIVE, Types.BOOLEAN).since(ProtocolVersion.V1_4));
  public static final AttributeType<Boolean> EXTRACTABLE =
      add(
          row("Extractable", Tag.EXTRACTABLE, Types.BOOLEAN)
              .since(ProtocolVersion.V1_4)
              .client(ANY_TIME, true, false));
  public static final AttributeType<Boolean> NEVER_EXTRACTABLE =
      add(
          row("Never Extractable", Tag.NEVER_EXTRACTABLE, Types.BOOLEAN)
              .since(ProtocolVersion.V1_4));
  public static final AttributeType<KeyFormatType> KEY_FORMAT_TYPE =
      add(
          row("Key Format Type", Tag.KEY_FORMAT_TYPE, KeyFormatType.KIND)
              .since(ProtocolVersion.V2_0));
  public static final AttributeType<NistKeyType> NIST_KEY_TYPE =
      add(
          row("NIST Key Type", Tag.NIST_KEY_TYPE, NistKeyType.KIND)
              .since(ProtocolVersion.V2_0)
              .multiple()
              .client(ANY_TIME, false, false));
  public static final AttributeType<OpaqueDataType> OPAQUE_DATA_TYPE =
      add(
          row("Opaque Data Type", Tag.OPAQUE_DATA_TYPE, OpaqueDataType.KIND)
              .since(ProtocolVersion.V2_0)
              .on(OPAQUE));
  public static final AttributeType<ProtectionLevel> PROTECTION_LEVEL =
      add(
          row("Protection Level", Tag.PROTECTION_LEVEL, ProtectionLevel.KIND)
              .since(ProtocolVersion.V2_0)
              .client(ANY_TIME, true, true));
  public static final AttributeType<Duration> PROTECTION_PERIOD =
      add(
          row("Protection Period", Tag.PROTECTION_PERIOD, Types.INTERVAL)
              .since(ProtocolVersion.V2_0)
              .client(ANY_TIME, true, true));
  public static final AttributeType<Integer> PROTECTION_STORAGE_MASK =
      add(
          row(
                  "Protection Storage Mask",
                  Tag.PROTECTION_STORAGE_MASK,
                  Types.mask(Tag.PROTECTION_STORAGE_MASK))
              .since(ProtocolVersion.V2_0));
  public static final AttributeType<Boolean> QUANTUM_SAFE =
      add(
          row("Quantum Safe", Tag.QUANTUM_SAFE, Types.BOOLEAN)
              .since(ProtocolVersion.V2_0)
              .client(ANY_TIME, true, true));
  public static final AttributeType<ByteString> SHORT_UNIQUE_IDENTIFIER =
      add(
          row("Short Unique Identifier", Tag.SHORT_UNIQUE_IDENTIFIER, Types.BYTES)
              .since(ProtocolVersion.V2_0));
  public static final AttributeType<Boolean> ROTATE_AUTOMATIC =
      add(
          row("Rotate Automatic", Tag.ROTATE_AUTOMATIC, Types.BOOLEAN)
              .since(ProtocolVersion.V2_1)
              .client(ANY_TIME, false, false));
  public static final AttributeType<Instant> ROTATE_DATE =
      add(row("Rotate Date", Tag.ROTATE_DATE, Types.DATE_TIME).since(ProtocolVersion.V2_1));
  public static final AttributeType<Integer> ROTATE_GENERATION =
      add(
          row("Rotate Generation", Tag.ROTATE_GENERATION, Types.INTEGER)
              .since(ProtocolVersion.V2_1));
  public static final AttributeType<Duration> ROTATE_INTERVAL =
      add(
          row("Rotate Interval", Tag.ROTATE_INTERVAL, Types.INTERVAL)
              .since(ProtocolVersion.V2_1)
              .client(ANY_TIME, false, false));
  public static final AttributeType<Boolean> ROTATE_LATEST =
      add(row("Rotate Latest", Tag.ROTATE_LATEST, Types.BOOLEAN).since(ProtocolVersion.V2_1));
  public static final AttributeType<RotateName> ROTATE_NAME =
      add(
          row("Rotate Name", Tag.ROTATE_NAME, RotateName.TYPE)
              .since(ProtocolVersion.V2_1)
              .client(ANY_TIME, true, true));
  public static final AttributeType<Duration> ROTATE_OFFSET =
      add(
          row("Rotate Offset", Tag.ROTATE_OFFSET, Types.INTERVAL)
              .since(ProtocolVersion.V2_1)
              .client(ANY_TIME, false, false));

  static {
    certificateNames("Subject", Tag.CERTIFICATE_SUBJECT_CN);
    certificateNames("Issuer", Tag.CERTIFICATE_ISSUER_CN);
  }

  private AttributeTypes() {}

  /** All rows of the table. */
  public static List<AttributeType<?>> all() {
    return List.copyOf(TABLE);
  }

  /** The row with this tag. */
  public static Optional<AttributeType<?>> byTag(int tag) {
    return AttributeIndex.byTag(tag);
  }

  /** The row with this name; a custom attribute's where the table has none. */
  public static AttributeType<?> byName(String name) {
    return AttributeIndex.byName(name);
  }

  private static <T> AttributeType.Row<T> row(String name, int tag, Type<T> type) {
    return new AttributeType.Row<>(name, tag, type);
  }

  private static <T> AttributeType<T> add(AttributeType.Row<T> row) {
    AttributeType<T> type = row.done();
    TABLE.add(type);
    return type;
  }

  /** The parts of a certificate's names, twelve tags in a row. */
  private static void certificateNames(String whose, int firstTag) {
    int tag = firstTag;
    for (String part :
        List.of(
            "CN",
            "O",
            "OU",
            "Email",
            "C",
            "ST",
            "L",
            "UID",
            "Serial Number",
            "Title",
            "DC",
            "DN Qualifier")) {
      add(
          row("Certificate " + whose + " " + part, tag++, Types.TEXT)
              .since(ProtocolVersion.V2_0)
              .multiple()
              .on(CERTIFICATE));
    }
  }
}
