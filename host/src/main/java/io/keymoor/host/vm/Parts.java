package io.keymoor.host.vm;

import io.keymoor.hypervisor.Domain;
import io.keymoor.hypervisor.DomainDisk;
import io.keymoor.provider.KeyId;
import io.keymoor.provider.record.KeyEntry;
import io.keymoor.provider.record.KeyRecord;
import io.keymoor.provider.record.PartKeys;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Which parts of a VM a command is about: home first, then disks in the definition's order. */
final class Parts {
  private Parts() {}

  /**
   * Parts to encrypt: those named, or home and every disk. Parts encrypted already are left out
   * when nothing was named, or when the very key asked for opens them: then an earlier execution of
   * the command did them.
   */
  static List<String> toEncrypt(
      Domain domain, Optional<KeyRecord> record, List<String> named, UUID provider, KeyId key) {
    List<String> wanted = new ArrayList<>();
    for (String part : named.isEmpty() ? all(domain) : known(domain, named)) {
      Optional<KeyEntry> entry = record.flatMap(known -> known.current(part));
      if (entry.isEmpty()) {
        wanted.add(part);
      } else if (!named.isEmpty() && !isUnder(entry.get(), provider, key)) {
        throw VmException.part(
            "disk_already_encrypted",
            domain.name(),
            part,
            "is encrypted already, with the key "
                + entry.get().keyId()
                + " of key provider \""
                + entry.get().provider().name()
                + "\"",
            "To give it another key: keymoor vm rekey " + domain.name());
      }
    }
    return wanted;
  }

  /** Parts to decrypt: of those named, or of all, the encrypted ones. */
  static List<String> toDecrypt(Domain domain, KeyRecord record, List<String> named) {
    List<String> parts = named.isEmpty() ? recorded(record) : known(domain, named);
    return parts.stream().filter(part -> record.current(part).isPresent()).toList();
  }

  static boolean isUnder(KeyEntry entry, UUID provider, KeyId key) {
    return entry.provider().id().equals(provider) && entry.keyId().equals(key);
  }

  /** Target devices of those parts that are disks. */
  static List<String> targets(List<String> parts) {
    return parts.stream()
        .filter(part -> !part.equals(PartKeys.HOME))
        .map(part -> part.substring(PartKeys.disk("").length()))
        .toList();
  }

  private static List<String> recorded(KeyRecord record) {
    return record.parts().stream().map(PartKeys::part).toList();
  }

  private static List<String> all(Domain domain) {
    List<String> parts = new ArrayList<>();
    parts.add(PartKeys.HOME);
    Disks.of(domain.definition()).stream()
        .map(DomainDisk::target)
        .map(PartKeys::disk)
        .forEach(parts::add);
    return parts;
  }

  private static List<String> known(Domain domain, List<String> named) {
    List<String> all = all(domain);
    for (String part : named) {
      if (!all.contains(part)) {
        throw VmException.part(
            "part_unknown",
            domain.name(),
            part,
            "does not exist",
            "Parts are \"home\" and \"disk:\" with a target device; see them with: keymoor vm show "
                + domain.name());
      }
    }
    return all.stream().filter(named::contains).toList();
  }
}
