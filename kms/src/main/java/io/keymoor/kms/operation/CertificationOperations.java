package io.keymoor.kms.operation;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.keymoor.crypto.CertificateAuthority;
import io.keymoor.crypto.CryptoException;
import io.keymoor.crypto.NamedCertificateRequest;
import io.keymoor.kmip.attribute.Attribute;
import io.keymoor.kmip.attribute.AttributeTypes;
import io.keymoor.kmip.attribute.Attributes;
import io.keymoor.kmip.attribute.Link;
import io.keymoor.kmip.attribute.Name;
import io.keymoor.kmip.attribute.NewAttributes;
import io.keymoor.kmip.attribute.ObjectId;
import io.keymoor.kmip.codec.ByteString;
import io.keymoor.kmip.object.ManagedObject;
import io.keymoor.kmip.operation.Certify;
import io.keymoor.kmip.operation.ReCertify;
import io.keymoor.kmip.vocabulary.CertificateRequestType;
import io.keymoor.kmip.vocabulary.CertificateType;
import io.keymoor.kmip.vocabulary.IdentifierReference;
import io.keymoor.kmip.vocabulary.LinkType;
import io.keymoor.kmip.vocabulary.ObjectType;
import io.keymoor.kmip.vocabulary.ResultReason;
import io.keymoor.kms.cipher.AsymmetricKeys;
import io.keymoor.kms.failure.KmipFailure;
import io.keymoor.kms.object.StoredObject;
import io.keymoor.kms.object.Vault;
import io.keymoor.kms.policy.Right;
import java.security.PublicKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import javax.naming.ldap.Rdn;
import javax.security.auth.x500.X500Principal;

/**
 * Certify and Re-certify (KMIP 1.4 sections 4.7 and 4.8) by the KMS's own authority for clients'
 * keys: X.509, names from a PKCS#10 request, or the object's name as the common name.
 */
final class CertificationOperations {
  private static final Duration EARLY = Duration.ofMinutes(5);
  private static final Duration VALIDITY = Duration.ofDays(398);

  private final Keeper keeper;
  private final Access access;
  private final Vault vault;
  private final ReplacementOperations replacement;
  private final Supplier<CertificateAuthority> authority;

  CertificationOperations(
      Keeper keeper,
      Access access,
      Vault vault,
      ReplacementOperations replacement,
      Supplier<CertificateAuthority> authority) {
    this.keeper = keeper;
    this.access = access;
    this.vault = vault;
    this.replacement = replacement;
    this.authority = authority;
  }

  /** Whom a certificate is for. */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  private record Holder(PublicKey key, X500Principal subject, Optional<byte[]> alternativeNames) {
    static Holder of(NamedCertificateRequest request) {
      return new Holder(request.publicKey(), request.subject(), request.alternativeNames());
    }
  }

  Certify.Result certify(Certify request, BatchContext context) {
    List<Attribute<?>> given = given(request.attributes(), context);
    Optional<NamedCertificateRequest> asked = asked(request.requestType(), request.request());
    boolean keyless = asked.isPresent() && request.object() instanceof ObjectId.Placeholder;
    Optional<StoredObject> stored =
        keyless
            ? Optional.empty()
            : Optional.of(access.alive(context, request.object(), Right.CHANGE));
    Holder holder =
        stored.isPresent() ? holder(stored.get(), asked, given) : Holder.of(asked.orElseThrow());
    String id = UUID.randomUUID().toString();
    Optional<StoredObject> key =
        stored.filter(object -> object.type().equals(ObjectType.PUBLIC_KEY));
    key.ifPresent(object -> given.add(Keeper.link(LinkType.PUBLIC_KEY_LINK, object.id(), given)));
    keeper.keep(id, certificate(holder, given, context), given, true, context);
    key.ifPresent(object -> pointTo(object, id, context));
    context.made(id, IdentifierReference.CERTIFY);
    return new Certify.Result(id, Optional.empty());
  }

  private Holder holder(
      StoredObject stored, Optional<NamedCertificateRequest> asked, List<Attribute<?>> given) {
    try (ManagedObject object = vault.open(stored.id(), stored.material().orElseThrow())) {
      return switch (object) {
        case ManagedObject.PublicKey key -> {
          PublicKey publicKey = AsymmetricKeys.publicKey(key.block());
          asked.ifPresent(request -> requireSame(publicKey, request.publicKey()));
          yield asked
              .map(Holder::of)
              .orElseGet(() -> new Holder(publicKey, subject(stored, given), Optional.empty()));
        }
        case ManagedObject.CertificateRequest kept when asked.isEmpty() ->
            Holder.of(parsed(kept.type(), kept.value()));
        default ->
            throw new KmipFailure(
                ResultReason.INVALID_OBJECT_TYPE,
                "A public key can be certified, or a certificate request, not both nor others.");
      };
    }
  }

  ReCertify.Result reCertify(ReCertify request, BatchContext context) {
    StoredObject old = replacement.replaceable(request.object(), ObjectType.CERTIFICATE, context);
    X509Certificate existing = certificate(old);
    Optional<NamedCertificateRequest> asked =
        asked(request.requestType(), request.request())
            .or(() -> request.requestObject().map(id -> kept(id, context)));
    asked.ifPresent(it -> requireSame(existing.getPublicKey(), it.publicKey()));
    List<Attribute<?>> attributes =
        ReplacementOperations.inherited(
            old, given(request.attributes(), context), request.offset(), context);
    Holder holder =
        asked
            .map(Holder::of)
            .orElseGet(() ->
                new Holder(
                    existing.getPublicKey(), existing.getSubjectX500Principal(), names(existing)));
    String id = UUID.randomUUID().toString();
    Optional<StoredObject> key = publicKey(old, context);
    key.ifPresent(
        object -> attributes.add(Keeper.link(LinkType.PUBLIC_KEY_LINK, object.id(), attributes)));
    replacement.replace(old, id, certificate(holder, attributes, context), attributes, context);
    key.ifPresent(object -> pointTo(object, id, context));
    context.made(id, IdentifierReference.RE_CERTIFY);
    return new ReCertify.Result(id, Optional.empty());
  }

  /** The client's attributes; the type of the certificate is one here, unlike elsewhere. */
  private List<Attribute<?>> given(Optional<NewAttributes> attributes, BatchContext context) {
    NewAttributes all = attributes.orElse(NewAttributes.NONE);
    if (all.attributes()
        .first(AttributeTypes.CERTIFICATE_TYPE)
        .filter(type -> !type.equals(CertificateType.X_509))
        .isPresent()) {
      throw new KmipFailure(
          ResultReason.FEATURE_NOT_SUPPORTED, "This server makes X.509 certificates only.");
    }
    List<Attribute<?>> others =
        all.attributes().list().stream()
            .filter(one -> !one.type().equals(AttributeTypes.CERTIFICATE_TYPE))
            .toList();
    return keeper.given(new NewAttributes(all.templates(), new Attributes(others)), context);
  }

  private static Optional<NamedCertificateRequest> asked(
      Optional<CertificateRequestType> type, Optional<ByteString> request) {
    return request.map(bytes ->
        parsed(
            type.orElseThrow(() ->
                new KmipFailure(
                    ResultReason.INVALID_MESSAGE,
                    "A certificate request comes with its certificate request type.")),
            bytes));
  }

  private static NamedCertificateRequest parsed(CertificateRequestType type, ByteString request) {
    try {
      if (type.equals(CertificateRequestType.PKCS_10)) {
        return NamedCertificateRequest.parse(request.toByteArray());
      }
      if (type.equals(CertificateRequestType.PEM)) {
        return NamedCertificateRequest.parsePem(new String(request.toByteArray(), US_ASCII));
      }
    } catch (CryptoException damaged) {
      throw new KmipFailure(ResultReason.INVALID_CSR, String.valueOf(damaged.getMessage()));
    }
    throw new KmipFailure(
        ResultReason.FEATURE_NOT_SUPPORTED,
        "This server reads certificate requests as PKCS#10 and PEM.");
  }

  private NamedCertificateRequest kept(ObjectId id, BatchContext context) {
    StoredObject stored = access.alive(context, id, Right.USE);
    try (ManagedObject object = vault.open(stored.id(), stored.material().orElseThrow())) {
      if (object instanceof ManagedObject.CertificateRequest(var type, ByteString value)) {
        return parsed(type, value);
      }
    }
    throw new KmipFailure(
        ResultReason.INVALID_OBJECT_TYPE, "The object named is no certificate request.");
  }

  private static void requireSame(PublicKey key, PublicKey asked) {
    if (!Arrays.equals(key.getEncoded(), asked.getEncoded())) {
      throw new KmipFailure(
          ResultReason.INVALID_CSR, "The certificate request is for another public key.");
    }
  }

  private static X500Principal subject(StoredObject key, List<Attribute<?>> given) {
    String name =
        new Attributes(given)
            .first(AttributeTypes.NAME)
            .or(() -> key.first(AttributeTypes.NAME))
            .map(Name::value)
            .orElse(key.id());
    return new X500Principal("CN=" + Rdn.escapeValue(name));
  }

  private X509Certificate certificate(StoredObject stored) {
    try (ManagedObject object = vault.open(stored.id(), stored.material().orElseThrow())) {
      return (object instanceof ManagedObject.Certificate(CertificateType type, ByteString value)
                  && type.equals(CertificateType.X_509)
              ? CertificateAttributes.parsed(value.toByteArray())
              : Optional.<X509Certificate>empty())
          .orElseThrow(() ->
              new KmipFailure(
                  ResultReason.INVALID_OBJECT_TYPE, "The object is no X.509 certificate."));
    }
  }

  /** The extension's contents: the JDK gives them inside an octet string of less than 64 KiB. */
  private static Optional<byte[]> names(X509Certificate certificate) {
    return Optional.ofNullable(certificate.getExtensionValue("2.5.29.17"))
        .map(octets -> {
          int first = octets[1] & 0xff;
          int header = first < 0x80 ? 2 : 2 + (first & 0x7f);
          return Arrays.copyOfRange(octets, header, octets.length);
        });
  }

  private static Optional<StoredObject> publicKey(StoredObject old, BatchContext context) {
    return old.attributes().all(AttributeTypes.LINK).stream()
        .filter(link -> link.type().equals(LinkType.PUBLIC_KEY_LINK))
        .map(Link::target)
        .map(context::identifier)
        .flatMap(id -> context.workspace().find(id).stream())
        .filter(key -> key.owner().equals(old.owner()) && !key.isDestroyed())
        .findFirst();
  }

  private static void pointTo(StoredObject key, String certificate, BatchContext context) {
    LifeCycleOperations.change(
        key, Keeper.linked(key, LinkType.CERTIFICATE_LINK, certificate), context);
  }

  private ManagedObject certificate(
      Holder holder, List<Attribute<?>> attributes, BatchContext context) {
    CertificateAuthority signer = authority.get();
    Attributes all = new Attributes(attributes);
    Instant from = all.first(AttributeTypes.ACTIVATION_DATE).orElse(context.now().minus(EARLY));
    Instant last = signer.certificate().getNotAfter().toInstant();
    Instant wanted =
        all.first(AttributeTypes.DEACTIVATION_DATE)
            .orElse((from.isAfter(context.now()) ? from : context.now()).plus(VALIDITY));
    Instant until = wanted.isAfter(last) ? last : wanted;
    if (!until.isAfter(from) || !until.isAfter(context.now())) {
      throw new KmipFailure(
          ResultReason.INVALID_FIELD,
          "The certificate would end before it begins, or has ended: give an activation and a"
              + " deactivation date.");
    }
    try {
      X509Certificate made =
          signer.certify(
              new CertificateAuthority.Contents(
                  holder.key(),
                  holder.subject(),
                  holder.alternativeNames(),
                  holder.key() instanceof RSAPublicKey,
                  from,
                  until));
      return new ManagedObject.Certificate(
          CertificateType.X_509, ByteString.owning(made.getEncoded()));
    } catch (CryptoException damaged) {
      throw new KmipFailure(ResultReason.INVALID_CSR, String.valueOf(damaged.getMessage()));
    } catch (CertificateEncodingException impossible) {
      throw new IllegalStateException("a certificate without an encoding", impossible);
    }
  }
}
