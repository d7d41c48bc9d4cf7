package io.keymoor.hypervisor;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * A domain's XML, with the questions and the changes that the product needs. Immutable: every
 * change gives a new definition in which all else is as it was.
 *
 * <p>The XML comes from whoever may define domains; it is parsed without DTDs and external
 * entities, so that it can't make the agent read files or connect anywhere. Thread-safe.
 */
public interface DomainDefinition {
  /** Namespace of the product's element in {@code <metadata>}. */
  String NAMESPACE = "https://keymoor.io/ns/domain/1";

  /** The definition in {@code xml}. */
  static DomainDefinition parse(String xml) {
    return XmlDomainDefinition.parse(xml);
  }

  /** The domain's UUID; libvirt fills it in when a definition lacks it. */
  UUID id();

  /** The domain's name. */
  String name();

  /** The disks in the order of the definition. */
  List<DomainDisk> disks();

  /** The disk with this target device. */
  default Optional<DomainDisk> disk(String target) {
    return disks().stream().filter(disk -> disk.target().equals(target)).findFirst();
  }

  /** The image that this disk is being copied to; only live definitions have any. */
  Optional<DomainMirror> mirror(String target);

  /** The TPM, when there is one. */
  Optional<DomainVtpm> tpm();

  /** The UEFI variable store, when there is one. */
  Optional<Path> nvram();

  /** The key record in the metadata. */
  Optional<String> keyRecord();

  /** With the key record replaced. */
  DomainDefinition withKeyRecord(String json);

  /** Without a key record. */
  DomainDefinition withoutKeyRecord();

  /**
   * With the disk on another image: source file, driver type, and the encryption element that names
   * {@code luksSecret}, or none; a remembered backing chain is dropped.
   *
   * @param format "raw" or "qcow2"; libvirt's encryption element says LUKS in both
   */
  DomainDefinition withDisk(String target, Path file, String format, Optional<UUID> luksSecret);

  /** With a TPM 2.0 (swtpm) whose state is encrypted under the libvirt secret. */
  DomainDefinition withVtpm(UUID secret);

  /** Without any TPM. */
  DomainDefinition withoutTpm();

  /** The XML to give to libvirt. */
  String xml();
}
