package io.keymoor.kms.conformance;

import io.keymoor.kmip.vocabulary.Tag;
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
 * </ol>
 *
 * @param caseName the case
 * @param generates whether the server makes key material in it
 */
record Tolerances(String caseName, boolean generates, Variables variables) {
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

  /** Whether the answer may have attributes that the case does not list. */
  boolean moreAttributes() {
    return caseName.startsWith("TL-M-3");
  }
}
