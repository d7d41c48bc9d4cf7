package io.keymoor.host.config;

import io.keymoor.protocol.LinkJson;
import io.keymoor.protocol.MalformedMessage;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;

/**
 * What is inside the sealed configuration file, version 2: JSON in snake_case whose keys are in
 * {@link SealedSecret}s. Immutable.
 *
 * @param format {@link #FORMAT}
 * @param version {@link #VERSION}
 * @param inner the key that seals every other key in here and what is kept elsewhere, itself under
 *     the sealing key; absent in a document of version 1, where the sealing key is both
 * @param hostName the host's name
 * @param libvirtUri the libvirt that the agent works with
 * @param tlsKey the private key of the host's certificate, PEM; after a renewal followed by the
 *     certificate
 * @param sealingKey the private X25519 key to which the manager seals keys
 * @param hostId the id under which the host is enrolled, once it was
 * @param desiredRevision revision of the desired state that is applied; 0 for none
 * @param keepsKeys whether delivered KEKs outlive a restart of the host (H5)
 * @param providers the providers in the manager's order
 * @param hostKey the host key, once there is one
 * @param seenGenerations highest generation seen of every key record, by object
 */
record ConfigurationDocument(
    String format,
    int version,
    Optional<SealedSecret> inner,
    String hostName,
    String libvirtUri,
    SealedSecret tlsKey,
    SealedSecret sealingKey,
    Optional<UUID> hostId,
    long desiredRevision,
    boolean keepsKeys,
    List<StoredProvider> providers,
    Optional<StoredHostKey> hostKey,
    Map<UUID, Long> seenGenerations) {
  static final String FORMAT = "keymoor-host-configuration";
  static final int VERSION = 2;

  ConfigurationDocument {
    providers = List.copyOf(providers);
    seenGenerations = new TreeMap<>(Map.copyOf(seenGenerations));
  }

  /** What every version has, by which a document of another version or kind is told. */
  private record Head(String format, int version) {}

  byte[] write() {
    return LinkJson.write(this);
  }

  /**
   * Reads a document.
   *
   * @param file where it comes from, for people
   * @throws ConfigurationException when it is damaged, of a newer version or another document
   */
  static ConfigurationDocument read(byte[] json, Path file) {
    try {
      Head head = LinkJson.read(json, Head.class);
      if (!head.format().equals(FORMAT)) {
        throw new ConfigurationException.Damaged(file, "it holds another kind of document.");
      }
      if (head.version() > VERSION) {
        throw new ConfigurationException.NewerVersion(file, Integer.toString(head.version()));
      }
      if (head.version() < 1) {
        throw new ConfigurationException.Damaged(file, "its format version is below 1.");
      }
      return LinkJson.read(head.version() == 1 ? second(json) : json, ConfigurationDocument.class);
    } catch (MalformedMessage malformed) {
      throw new ConfigurationException.Damaged(file, "its contents are not in the expected form.");
    }
  }

  /** A document of version 1 as one of version 2. */
  private static byte[] second(byte[] first) {
    Map<String, Object> fields = new LinkedHashMap<>(LinkJson.read(first, Fields.class));
    fields.put("version", VERSION);
    fields.put("inner", Optional.empty());
    fields.put("keeps_keys", false);
    return LinkJson.write(fields);
  }

  /** Any JSON object. */
  private static final class Fields extends LinkedHashMap<String, Object> {
    private static final long serialVersionUID = 1L;
  }

  /** With the inner key in another box. */
  ConfigurationDocument withInner(SealedSecret box, List<StoredProvider> present) {
    return new ConfigurationDocument(
        format,
        VERSION,
        Optional.of(box),
        hostName,
        libvirtUri,
        tlsKey,
        sealingKey,
        hostId,
        desiredRevision,
        keepsKeys,
        present,
        hostKey,
        seenGenerations);
  }

  /** Enrolled under {@code id}; another id means another manager, with revisions of its own. */
  ConfigurationDocument withHostId(UUID id) {
    boolean same = hostId.filter(id::equals).isPresent();
    return with(
        Optional.of(id),
        same ? desiredRevision : 0,
        same && keepsKeys,
        providers,
        hostKey,
        seenGenerations);
  }

  /** With another key for TLS, and the certificate in the same box. */
  ConfigurationDocument withTlsKey(SealedSecret renewed) {
    return new ConfigurationDocument(
        format,
        VERSION,
        inner,
        hostName,
        libvirtUri,
        renewed,
        sealingKey,
        hostId,
        desiredRevision,
        keepsKeys,
        providers,
        hostKey,
        seenGenerations);
  }

  ConfigurationDocument withProviders(
      long revision, List<StoredProvider> present, boolean keeping) {
    return with(hostId, revision, keeping, present, hostKey, seenGenerations);
  }

  ConfigurationDocument withHostKey(StoredHostKey key) {
    return with(hostId, desiredRevision, keepsKeys, providers, Optional.of(key), seenGenerations);
  }

  /** With the generation remembered; 0 forgets the object. */
  ConfigurationDocument withGeneration(UUID object, long generation) {
    Map<UUID, Long> changed = new TreeMap<>(seenGenerations);
    if (generation == 0) {
      changed.remove(object);
    } else {
      changed.put(object, generation);
    }
    return with(hostId, desiredRevision, keepsKeys, providers, hostKey, changed);
  }

  private ConfigurationDocument with(
      Optional<UUID> enrolledAs,
      long revision,
      boolean keeping,
      List<StoredProvider> present,
      Optional<StoredHostKey> key,
      Map<UUID, Long> generations) {
    return new ConfigurationDocument(
        format,
        VERSION,
        inner,
        hostName,
        libvirtUri,
        tlsKey,
        sealingKey,
        enrolledAs,
        revision,
        keeping,
        present,
        key,
        generations);
  }
}
