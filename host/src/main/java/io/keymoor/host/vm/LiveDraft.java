package io.keymoor.host.vm;

import io.keymoor.host.operation.Operation;
import io.keymoor.hypervisor.Domain;
import io.keymoor.provider.record.KeyEntry;
import io.keymoor.provider.record.KeyRecord;
import io.keymoor.secret.SecretBytes;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * A change of one disk of a running VM, worked out in full before anything is touched.
 *
 * @param domain the VM as it was found
 * @param operation the journal entry
 * @param plan the disk
 * @param newDeks DEKs by part of what will be encrypted and changes; owned
 * @param after the record once committed, to lie beside the new image before that; absent when the
 *     new image is in clear
 * @param bytesPerSecond the most to copy in a second, 0 for no limit
 */
record LiveDraft(
    Domain domain,
    Operation operation,
    DiskPlan plan,
    Map<String, SecretBytes> newDeks,
    Optional<KeyRecord> after,
    long bytesPerSecond)
    implements AutoCloseable {
  /** The libvirt secret of the new image; absent when that is in clear. */
  Optional<UUID> secret() {
    return after.flatMap(record -> record.current(plan.part())).map(KeyEntry::secretId);
  }

  @Override
  public void close() {
    newDeks.values().forEach(SecretBytes::close);
  }
}
