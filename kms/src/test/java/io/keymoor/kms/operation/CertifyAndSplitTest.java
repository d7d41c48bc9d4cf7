package io.keymoor.kms.operation;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.keymoor.crypto.CertificateRequest;
import io.keymoor.crypto.Pem;
import io.keymoor.crypto.TlsIdentity;
import io.keymoor.kmip.attribute.Attribute;
import io.keymoor.kmip.attribute.AttributeTypes;
import io.keymoor.kmip.attribute.CryptographicDomainParameters;
import io.keymoor.kmip.attribute.Link;
import io.keymoor.kmip.attribute.NewAttributes;
import io.keymoor.kmip.attribute.ObjectId;
import io.keymoor.kmip.codec.ByteString;
import io.keymoor.kmip.codec.ProtocolVersion;
import io.keymoor.kmip.object.ManagedObject;
import io.keymoor.kmip.operation.Certify;
import io.keymoor.kmip.operation.CreateKeyPair;
import io.keymoor.kmip.operation.CreateSplitKey;
import io.keymoor.kmip.operation.JoinSplitKey;
import io.keymoor.kmip.operation.ReCertify;
import io.keymoor.kmip.operation.Request;
import io.keymoor.kmip.vocabulary.CertificateRequestType;
import io.keymoor.kmip.vocabulary.CryptographicAlgorithm;
import io.keymoor.kmip.vocabulary.LinkType;
import io.keymoor.kmip.vocabulary.ObjectType;
import io.keymoor.kmip.vocabulary.RecommendedCurve;
import io.keymoor.kmip.vocabulary.ResultReason;
import io.keymoor.kmip.vocabulary.SplitKeyMethod;
import io.keymoor.kmip.vocabulary.UsageMask;
import io.keymoor.kms.node.KmsNode;
import io.keymoor.kms.testing.Requests;
import io.keymoor.kms.testing.TestCluster;
import io.keymoor.kms.testing.TestConnection;
import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Certificates that the KMS makes, and keys in parts. */
class CertifyAndSplitTest {
  private static final ProtocolVersion V1 = ProtocolVersion.V1_4;
  private static final ProtocolVersion V2 = ProtocolVersion.V2_1;
  private static final BigInteger MERSENNE = BigInteger.TWO.pow(521).subtract(BigInteger.ONE);

  @TempDir private static Path directory;
  private static TestCluster cluster;
  private static KmsNode node;
  private static TlsIdentity alice;
  private static TlsIdentity bob;

  private TestConnection connection;

  @BeforeAll
  static void start() {
    cluster = TestCluster.embedded(directory);
    node = cluster.start("node");
    alice = cluster.register("alice");
    bob = cluster.register("bob");
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  @BeforeEach
  void connect() {
    connection = TestConnection.open(node.kmip(), alice);
  }

  @AfterEach
  void disconnect() {
    connection.close();
  }

  @Test
  void aStoredPublicKeyIsCertifiedAndRenewed() throws Exception {
    String publicKey = keyPair().publicKeyUniqueIdentifier();
    String first =
        connection
            .perform(V1, certify(ObjectId.of(publicKey), Requests.name("web server")))
            .uniqueIdentifier();
    X509Certificate certificate = certificate(first);
    certificate.verify(
        Pem.certificate(Files.readString(directory.resolve("node/certify-ca.pem"))).getPublicKey());
    assertThat(certificate.getSubjectX500Principal().getName()).isEqualTo("CN=web server");
    assertThat(certificate.getBasicConstraints()).isEqualTo(-1);
    assertThat(links(first, LinkType.PUBLIC_KEY_LINK)).containsExactly(publicKey);
    assertThat(links(publicKey, LinkType.CERTIFICATE_LINK)).containsExactly(first);

    String second =
        connection
            .perform(
                V1,
                new ReCertify(
                    ObjectId.of(first),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.of(Duration.ZERO),
                    Optional.empty(),
                    Optional.empty()))
            .uniqueIdentifier();
    X509Certificate renewed = certificate(second);
    assertThat(renewed.getPublicKey()).isEqualTo(certificate.getPublicKey());
    assertThat(renewed.getSubjectX500Principal()).isEqualTo(certificate.getSubjectX500Principal());
    assertThat(renewed.getSerialNumber()).isNotEqualTo(certificate.getSerialNumber());
    assertThat(links(first, LinkType.REPLACEMENT_OBJECT_LINK)).containsExactly(second);
    assertThat(links(second, LinkType.REPLACED_OBJECT_LINK)).containsExactly(first);
    assertThat(links(publicKey, LinkType.CERTIFICATE_LINK)).containsExactly(second);
    assertThat(
            connection
                .perform(V1, Requests.locate(Requests.name("web server")))
                .uniqueIdentifiers())
        .containsExactly(second);
  }

  @Test
  void aCertificateRequestIsCertifiedWithItsOwnNameAndOnlyForItsOwnKey() throws Exception {
    KeyPair keys = KeyPairGenerator.getInstance("EC").generateKeyPair();
    byte[] pem = CertificateRequest.pem(keys, "mail.example").getBytes(US_ASCII);
    String id = connection.perform(V2, certify(ObjectId.PLACEHOLDER, pem)).uniqueIdentifier();
    X509Certificate certificate = certificate(id);
    assertThat(certificate.getPublicKey()).isEqualTo(keys.getPublic());
    assertThat(certificate.getSubjectX500Principal().getName()).isEqualTo("CN=mail.example");

    ObjectId other = ObjectId.of(keyPair().publicKeyUniqueIdentifier());
    assertThat(connection.fail(V2, certify(other, pem)).reason())
        .isEqualTo(ResultReason.INVALID_CSR);
    pem[pem.length / 2] ^= 1;
    assertThat(connection.fail(V2, certify(ObjectId.PLACEHOLDER, pem)).reason())
        .isEqualTo(ResultReason.INVALID_CSR);
    assertThat(connection.fail(V2, certify(ObjectId.of(id))).reason())
        .isEqualTo(ResultReason.INVALID_OBJECT_TYPE);
    try (TestConnection strangers = TestConnection.open(node.kmip(), bob)) {
      assertThat(strangers.fail(V2, certify(other)).reason())
          .isEqualTo(ResultReason.OBJECT_NOT_FOUND);
    }
  }

  @Test
  void aNewKeyInPartsIsTheSameWhicheverPartsAreJoined() {
    for (SplitKeyMethod method :
        List.of(
            SplitKeyMethod.POLYNOMIAL_SHARING_GF_2_8,
            SplitKeyMethod.POLYNOMIAL_SHARING_GF_2_16,
            SplitKeyMethod.POLYNOMIAL_SHARING_PRIME_FIELD)) {
      List<String> parts =
          connection
              .perform(
                  V1,
                  split(
                      ObjectId.PLACEHOLDER,
                      method,
                      5,
                      3,
                      Attribute.of(
                          AttributeTypes.CRYPTOGRAPHIC_ALGORITHM, CryptographicAlgorithm.AES),
                      Attribute.of(AttributeTypes.CRYPTOGRAPHIC_LENGTH, 256),
                      Attribute.of(AttributeTypes.CRYPTOGRAPHIC_USAGE_MASK, 12)))
              .uniqueIdentifiers();
      assertThat(parts).hasSize(5);
      try (ManagedObject part =
          connection.perform(V1, Requests.get(parts.get(1))).managedObject()) {
        assertThat(part).isInstanceOf(ManagedObject.SplitKey.class);
        ManagedObject.SplitKey second = (ManagedObject.SplitKey) part;
        assertThat(second.partIdentifier()).isEqualTo(2);
        assertThat(second.threshold()).isEqualTo(3);
        assertThat(second.method()).isEqualTo(method);
      }
      assertThat(links(parts.get(1), LinkType.NEXT_LINK)).containsExactly(parts.get(2));
      String one = join(ObjectType.SYMMETRIC_KEY, parts.subList(0, 3));
      String other = join(ObjectType.SYMMETRIC_KEY, parts.subList(2, 5));
      assertThat(key(one)).hasSize(64).isEqualTo(key(other));
      assertThat(
              connection.fail(V2, joining(ObjectType.SYMMETRIC_KEY, parts.subList(0, 2))).reason())
          .isEqualTo(ResultReason.BAD_CRYPTOGRAPHIC_PARAMETERS);
    }
  }

  @Test
  void anExistingKeyComesBackFromItsPartsWithItsAttributesAndRestrictions() {
    String key = connection.perform(V1, Requests.createKey()).uniqueIdentifier();
    List<String> parts =
        connection
            .perform(V1, split(ObjectId.of(key), SplitKeyMethod.XOR, 3, 3))
            .uniqueIdentifiers();
    assertThat(key(join(ObjectType.SYMMETRIC_KEY, parts))).isEqualTo(key(key));

    String sensitive =
        connection
            .perform(V1, Requests.createKey(Attribute.of(AttributeTypes.SENSITIVE, true)))
            .uniqueIdentifier();
    List<String> guarded =
        connection
            .perform(
                V1, split(ObjectId.of(sensitive), SplitKeyMethod.POLYNOMIAL_SHARING_GF_2_8, 2, 2))
            .uniqueIdentifiers();
    assertThat(connection.fail(V1, Requests.get(guarded.getFirst())).reason())
        .isEqualTo(ResultReason.SENSITIVE);
    String joined = join(ObjectType.SYMMETRIC_KEY, guarded);
    assertThat(connection.fail(V1, Requests.get(joined)).reason())
        .isEqualTo(ResultReason.SENSITIVE);
    try (TestConnection strangers = TestConnection.open(node.kmip(), bob)) {
      assertThat(strangers.fail(V1, joining(ObjectType.SYMMETRIC_KEY, parts)).reason())
          .isEqualTo(ResultReason.ITEM_NOT_FOUND);
    }
  }

  @Test
  void aPrivateKeyComesBackFromItsPartsAndNothingElseDoes() {
    String key = keyPair().privateKeyUniqueIdentifier();
    List<String> parts =
        connection
            .perform(V1, split(ObjectId.of(key), SplitKeyMethod.POLYNOMIAL_SHARING_GF_2_8, 3, 2))
            .uniqueIdentifiers();
    join(ObjectType.PRIVATE_KEY, parts.subList(1, 3));
    List<String> others =
        connection
            .perform(V1, split(ObjectId.of(key), SplitKeyMethod.POLYNOMIAL_SHARING_GF_2_8, 3, 2))
            .uniqueIdentifiers();
    assertThat(
            connection
                .fail(V1, joining(ObjectType.PRIVATE_KEY, List.of(parts.get(0), others.get(1))))
                .reason())
        .isEqualTo(ResultReason.CRYPTOGRAPHIC_FAILURE);
    assertThat(connection.fail(V2, joining(ObjectType.CERTIFICATE, parts)).reason())
        .isEqualTo(ResultReason.INVALID_OBJECT_TYPE);
  }

  private CreateKeyPair.Result keyPair() {
    return connection.perform(
        V1,
        new CreateKeyPair(
            Optional.of(
                NewAttributes.of(
                    Attribute.of(
                        AttributeTypes.CRYPTOGRAPHIC_ALGORITHM, CryptographicAlgorithm.ECDSA),
                    Attribute.of(
                        AttributeTypes.CRYPTOGRAPHIC_DOMAIN_PARAMETERS,
                        new CryptographicDomainParameters(
                            Optional.empty(), Optional.of(RecommendedCurve.P_256))))),
            Optional.of(
                NewAttributes.of(
                    Attribute.of(AttributeTypes.CRYPTOGRAPHIC_USAGE_MASK, UsageMask.SIGN))),
            Optional.of(
                NewAttributes.of(
                    Attribute.of(AttributeTypes.CRYPTOGRAPHIC_USAGE_MASK, UsageMask.VERIFY))),
            Optional.empty(),
            Optional.empty(),
            Optional.empty()));
  }

  private static Certify certify(ObjectId object, Attribute<?>... attributes) {
    return new Certify(
        object,
        Optional.empty(),
        Optional.empty(),
        Optional.of(NewAttributes.of(attributes)),
        Optional.empty());
  }

  private static Certify certify(ObjectId object, byte[] pem) {
    return new Certify(
        object,
        Optional.of(CertificateRequestType.PEM),
        Optional.of(ByteString.copyOf(pem)),
        Optional.empty(),
        Optional.empty());
  }

  private static CreateSplitKey split(
      ObjectId key, SplitKeyMethod method, int parts, int threshold, Attribute<?>... attributes) {
    return new CreateSplitKey(
        ObjectType.SPLIT_KEY,
        key,
        parts,
        threshold,
        method,
        method.equals(SplitKeyMethod.POLYNOMIAL_SHARING_PRIME_FIELD)
            ? Optional.of(MERSENNE)
            : Optional.empty(),
        NewAttributes.of(attributes),
        Optional.empty());
  }

  private static Request<JoinSplitKey.Result> joining(ObjectType type, List<String> parts) {
    return new JoinSplitKey(
        type,
        parts.stream().map(ObjectId::of).toList(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  private String join(ObjectType type, List<String> parts) {
    return connection.perform(V1, joining(type, parts)).uniqueIdentifier();
  }

  private String key(String id) {
    return Requests.hex(connection.perform(V1, Requests.get(id)).managedObject());
  }

  private List<String> links(String id, LinkType type) {
    return connection
        .perform(V1, Requests.attributes(id))
        .attributes()
        .all(AttributeTypes.LINK)
        .stream()
        .filter(link -> link.type().equals(type))
        .map(Link::target)
        .map(target -> target instanceof ObjectId.ById(String targetId) ? targetId : "")
        .toList();
  }

  private X509Certificate certificate(String id) throws Exception {
    ManagedObject object = connection.perform(V1, Requests.get(id)).managedObject();
    return (X509Certificate)
        CertificateFactory.getInstance("X.509")
            .generateCertificate(
                new ByteArrayInputStream(
                    ((ManagedObject.Certificate) object).value().toByteArray()));
  }
}
