package io.keymoor.host.config;

import io.keymoor.crypto.CertificateAuthority;
import io.keymoor.crypto.CertificateLife;
import io.keymoor.crypto.CertificateRequest;
import io.keymoor.crypto.CryptoException;
import io.keymoor.crypto.Hpke;
import io.keymoor.crypto.Pem;
import io.keymoor.crypto.SealedFile;
import io.keymoor.crypto.TlsIdentity;
import io.keymoor.protocol.EnrolmentGrant;
import io.keymoor.protocol.EnrolmentRequest;
import io.keymoor.protocol.LinkJson;
import io.keymoor.protocol.MalformedMessage;
import io.keymoor.secret.SecretBytes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * An enrolled host: who it is to its manager.
 *
 * @param hostId its id
 * @param clusterId its cluster
 * @param manager where the manager is, an https address
 * @param identity its certificate and key, and the only CA it trusts
 */
public record Enrolment(UUID hostId, UUID clusterId, URI manager, TlsIdentity identity) {
  private static final long MOST_GRANT_BYTES = 256 * 1024;

  /**
   * Makes a new host in a directory: key file, configuration, request. Killed half way, it can be
   * called again.
   *
   * @return the request's file
   * @throws ConfigurationException when there is a host in the directory, or the name is no name
   */
  public static Path initialise(
      HostDirectory directory, String hostName, String libvirtUri, SecureRandom random) {
    if (!hostName.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,62}")) {
      throw new ConfigurationException.InvalidName();
    }
    if (isInitialised(directory, random)) {
      throw new ConfigurationException.AlreadyInitialised(
          directory.path(), existing(directory, random));
    }
    directory.create();
    try (HostDirectory.Lock _ = directory.lock()) {
      directory.key().createIfMissing(random);
      KeyPair keys = CertificateAuthority.newKeyPair(random);
      try (HostConfiguration configuration =
              HostConfiguration.create(
                  directory.configuration(),
                  directory.key(),
                  hostName,
                  libvirtUri,
                  keys.getPrivate(),
                  random);
          SecretBytes sealing = configuration.sealingKey()) {
        EnrolmentRequest request =
            new EnrolmentRequest(
                hostName,
                CertificateRequest.pem(keys, hostName),
                Base64.getEncoder().encodeToString(Hpke.publicKey(sealing)));
        write(directory.request(), LinkJson.write(request));
      }
    }
    return directory.request();
  }

  /**
   * What a host shows to join, made first where there is none. The keys of one that exists stay;
   * its agent may run meanwhile.
   *
   * @param name the name that was asked for
   * @param otherwise the name of a new host when none was
   * @throws ConfigurationException when there is a host of another name in the directory
   */
  public static EnrolmentRequest request(
      HostDirectory directory,
      Optional<String> name,
      Supplier<String> otherwise,
      String libvirtUri,
      SecureRandom random) {
    if (!isInitialised(directory, random)) {
      initialise(directory, name.orElseGet(otherwise), libvirtUri, random);
    }
    try (HostConfiguration configuration = HostConfiguration.open(directory, random);
        SecretBytes sealing = configuration.sealingKey()) {
      String own = configuration.hostName();
      if (name.isPresent() && !name.get().equals(own)) {
        throw new ConfigurationException.AlreadyInitialised(directory.path(), own);
      }
      KeyPair keys = new KeyPair(publicKey(directory, configuration), configuration.tlsKey());
      EnrolmentRequest request =
          new EnrolmentRequest(
              own,
              CertificateRequest.pem(keys, own),
              Base64.getEncoder().encodeToString(Hpke.publicKey(sealing)));
      write(directory.request(), LinkJson.write(request));
      return request;
    }
  }

  /**
   * Makes a grant this host's from the next start of its agent on; durable when it returns.
   *
   * @throws ConfigurationException.GrantRefused when it is not for this host's keys; the former one
   *     stays
   */
  public static void accept(HostDirectory directory, EnrolmentGrant grant, SecureRandom random) {
    try (HostConfiguration configuration = HostConfiguration.open(directory, random)) {
      var _ = identity(directory, grant, configuration);
      var _ = address(directory.grant(), grant);
      write(directory.grant(), LinkJson.write(grant));
    }
  }

  /** A private key alone does not tell its public one: it is in what was shown with it. */
  private static PublicKey publicKey(HostDirectory directory, HostConfiguration configuration) {
    return configuration
        .renewedCertificate()
        .map(X509Certificate::getPublicKey)
        .orElseGet(() ->
            Files.exists(directory.request())
                ? requested(directory.request())
                : Pem.certificate(read(directory.grant()).certificatePem()).getPublicKey());
  }

  private static PublicKey requested(Path file) {
    try {
      EnrolmentRequest request = LinkJson.read(Files.readAllBytes(file), EnrolmentRequest.class);
      return CertificateRequest.parse(request.csrPem()).publicKey();
    } catch (IOException failure) {
      throw new ConfigurationException.Storage(file, failure);
    } catch (MalformedMessage | CryptoException damaged) {
      throw new ConfigurationException.Damaged(file, "it is no longer the request of this host.");
    }
  }

  /** A configuration that was never shown to anybody, because init was killed, does not count. */
  private static boolean isInitialised(HostDirectory directory, SecureRandom random) {
    if (Files.exists(directory.request()) || Files.exists(directory.grant())) {
      return true;
    }
    if (!Files.exists(directory.configuration())) {
      return false;
    }
    try (HostConfiguration configuration = HostConfiguration.open(directory, random)) {
      return configuration.hostId().isPresent();
    }
  }

  private static String existing(HostDirectory directory, SecureRandom random) {
    try (HostConfiguration configuration = HostConfiguration.open(directory, random)) {
      return configuration.hostName();
    }
  }

  /**
   * Who this host is, from the grant in its directory; remembered in the configuration.
   *
   * @throws ConfigurationException when the grant is missing, damaged or another host's
   */
  public static Enrolment load(HostDirectory directory, HostConfiguration configuration) {
    Enrolment enrolment = look(directory, configuration);
    configuration.enrolledAs(enrolment.hostId());
    return enrolment;
  }

  /** As {@link #load}, but nothing is remembered. */
  public static Enrolment look(HostDirectory directory, HostConfiguration configuration) {
    Path file = directory.grant();
    if (!Files.exists(file)) {
      throw new ConfigurationException.GrantMissing(directory.path(), file);
    }
    EnrolmentGrant grant = read(file);
    TlsIdentity identity = identity(directory, grant, configuration);
    return new Enrolment(grant.hostId(), grant.clusterId(), address(file, grant), identity);
  }

  private static EnrolmentGrant read(Path file) {
    try {
      if (Files.size(file) > MOST_GRANT_BYTES) {
        throw damaged(file, "it is too large to be one.");
      }
      return LinkJson.read(Files.readAllBytes(file), EnrolmentGrant.class);
    } catch (MalformedMessage malformed) {
      throw damaged(file, "it is not what the manager writes.");
    } catch (IOException failure) {
      throw new ConfigurationException.Storage(file, failure);
    }
  }

  /** The grant's certificate, or the one that replaced it since then. */
  private static TlsIdentity identity(
      HostDirectory directory, EnrolmentGrant grant, HostConfiguration configuration) {
    Path file = directory.grant();
    PrivateKey key = configuration.tlsKey();
    try {
      X509Certificate authority = Pem.certificate(grant.caPem());
      X509Certificate granted = Pem.certificate(grant.certificatePem());
      granted.verify(authority.getPublicKey());
      Optional<X509Certificate> renewed = configuration.renewedCertificate();
      if (renewed.isPresent() && succeeds(renewed.get(), granted, authority)) {
        return new TlsIdentity(key, renewed.get(), authority);
      }
      if (TlsIdentity.belongTogether(key, granted)) {
        return new TlsIdentity(key, granted, authority);
      }
    } catch (CryptoException | GeneralSecurityException unusable) {
      throw damaged(file, "its certificates do not fit together.");
    }
    throw new ConfigurationException.GrantRefused(
        "grant_of_another_host",
        file,
        "it was made for another host, or for one from before this host's certificate was"
            + " renewed (its certificate is for another key).");
  }

  /** Whether {@code renewed} is of the same host of the same manager, and newer. */
  private static boolean succeeds(
      X509Certificate renewed, X509Certificate granted, X509Certificate authority) {
    try {
      renewed.verify(authority.getPublicKey());
    } catch (GeneralSecurityException ofAnotherManager) {
      return false;
    }
    return renewed.getSubjectX500Principal().equals(granted.getSubjectX500Principal())
        && !CertificateLife.of(renewed).ends().isBefore(CertificateLife.of(granted).ends());
  }

  private static URI address(Path file, EnrolmentGrant grant) {
    try {
      URI address = new URI(grant.managerUrl());
      if ("https".equals(address.getScheme()) && address.getHost() != null) {
        return address;
      }
    } catch (URISyntaxException malformed) {
      throw damaged(file, "its manager address is not one.");
    }
    throw damaged(file, "its manager address does not begin with https:// and a host.");
  }

  private static ConfigurationException.GrantRefused damaged(Path file, String reason) {
    return new ConfigurationException.GrantRefused("grant_damaged", file, reason);
  }

  private static void write(Path file, byte[] contents) {
    try {
      SealedFile.replace(file, contents);
    } catch (UncheckedIOException failure) {
      throw new ConfigurationException.Storage(file, failure);
    }
  }
}
