package io.keymoor.kms.conformance;

import io.keymoor.kmip.codec.ProtocolVersion;
import io.keymoor.kmip.vocabulary.ObjectType;
import io.keymoor.kmip.vocabulary.Operation;
import io.keymoor.kmip.vocabulary.ResultReason;
import io.keymoor.kmip.vocabulary.Tag;
import io.keymoor.kms.failure.KmipFailure;
import io.keymoor.ttlv.Ttlv;
import java.util.Set;

/**
 * The one list of what may differ from the OASIS cases, and why.
 *
 * <ol>
 *   <li>Unique identifiers, and other values the case names by a variable, are what the server
 *       first answered and stay that for the rest of the case.
 *   <li>Times that the case states relative to now may be {@link #SECONDS} off: a test takes time.
 *   <li>Result messages are for people; KMIP leaves their text to the server.
 *   <li>Query: the vendor, the contents of server information, and operations and object types
 *       beyond those of the case are the server's own. Of the case's operations, the ones in {@link
 *       #NOT_OFFERED} are missing: a server sends them to a client, and none of the profiles' texts
 *       asks a server to.
 *   <li>Key bytes that the server generated in the case, their digests, and what follows from
 *       encrypting or decrypting with them: equal length. The same for random data, for
 *       initialization vectors the server makes up, and for encryptions and signatures that are
 *       randomised (OAEP, PSS).
 *   <li>The attribute Random Number Generator describes the server's own generator.
 *   <li>Attributes and names of attributes come in any order; KMIP states none.
 *   <li>TL-M-3: the case's answer to Get Attributes leaves out attributes that its answer to Get
 *       Attribute List, a moment before, names; the server answers all.
 *   <li>OMOS-O-1: the case's last answer says KMIP 1.3 to a request in 1.4; the server answers in
 *       the version of the request.
 *   <li>A case restated in another version: Query answers what that version has; KMIP 2.x says some
 *       failures more precisely; it also has the attribute Key Format Type.
 * </ol>
 *
 * @param caseName the case
 * @param generates whether the server makes key material in it
 * @param version the version in which the case runs
 */
record Tolerances(
    String caseName, boolean generates, ProtocolVersion version, Variables variables) {
  static final long SECONDS = 120;

  /** By their names, as the cases spell them. */
  static final Set<String> NOT_OFFERED = Set.of("Notify", "Put");

  private static final Set<Integer> GENERATED =
      Set.of(Tag.KEY_MATERIAL, Tag.DIGEST_VALUE, Tag.DATA, Tag.KEY_VALUE);
  private static final Set<Integer> RANDOMISED = Set.of(Tag.SIGNATURE_DATA, Tag.IV_COUNTER_NONCE);

  /** Whether bytes under this tag need only have the expected length. */
  boolean lengthOnly(int tag, String operation) {
    return (generates && GENERATED.contains(tag))
        || (operation.equals("RNGRetrieve") && tag == Tag.DATA)
        || (operation.equals("Encrypt")
            && (RANDOMISED.contains(tag) || (isRandomisedEncryption() && tag == Tag.DATA)))
        || (operation.equals("Encrypt")
            && caseName.startsWith("CS-BC-M-GCM-2")
            && tag == Tag.AUTHENTICATED_ENCRYPTION_TAG)
        || (operation.equals("Sign") && tag == Tag.SIGNATURE_DATA);
  }

  /** OAEP is randomised; CS-BC-M-13 has the server make up the initialization vector. */
  private boolean isRandomisedEncryption() {
    return caseName.startsWith("CS-AC-M-OAEP") || caseName.startsWith("CS-BC-M-13");
  }

  /** Whether the version of an answer is misprinted. */
  boolean isMisprinted(int tag) {
    return caseName.startsWith("OMOS-O-1") && tag == Tag.PROTOCOL_VERSION_MINOR;
  }

  /** Whether an item of Query's answer is left out. */
  boolean isNotOffered(Ttlv item) {
    return item instanceof Ttlv.Enumeration(int tag, int value)
        && switch (tag) {
          case Tag.OPERATION -> isNotOffered(Operation.KIND.of(value));
          case Tag.OBJECT_TYPE -> isNotOffered(ObjectType.KIND.of(value));
          default -> false;
        };
  }

  private boolean isNotOffered(Operation operation) {
    return NOT_OFFERED.contains(operation.name()) || !version.isAtLeast(operation.since());
  }

  private boolean isNotOffered(ObjectType type) {
    return (type.equals(ObjectType.TEMPLATE) && version.isTagged())
        || (type.equals(ObjectType.PGP_KEY) && !version.isAtLeast(ProtocolVersion.V1_2));
  }

  /** Whether a reason is the expected one, or what KMIP 2.x says in its place. */
  boolean isReason(int expected, int actual) {
    ResultReason in14 =
        new KmipFailure(ResultReason.KIND.of(actual), "").reason(ProtocolVersion.V1_4);
    return expected == actual || (version.isTagged() && in14.value() == expected);
  }

  /** Whether an attribute, or a reference to it, is one that the cases' version does not have. */
  boolean isNewAttribute(Ttlv item) {
    return version.isTagged()
        && (item.tag() == Tag.KEY_FORMAT_TYPE
            || item.equals(new Ttlv.Enumeration(Tag.ATTRIBUTE_REFERENCE, Tag.KEY_FORMAT_TYPE)));
  }

  /** Whether the answer may have attributes that the case does not list. */
  boolean moreAttributes() {
    return caseName.startsWith("TL-M-3");
  }
}
