package io.keymoor.host.vm;

import io.keymoor.host.operation.Operation;
import io.keymoor.hypervisor.Domain;
import io.keymoor.hypervisor.DomainDefinition;
import io.keymoor.provider.record.KeyRecord;
import io.keymoor.secret.SecretBytes;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.UnaryOperator;

/**
 * A change of a VM, worked out in full before anything is touched.
 *
 * @param domain the VM as it was found
 * @param operation the journal entry
 * @param disks disks to copy
 * @param oldDeks DEKs by part of what is encrypted and changes; owned
 * @param newDeks DEKs by part of what will be encrypted and changes; owned
 * @param vtpm the vTPM's state that is to be rekeyed, if any
 * @param pending record to put beside new images before the commit; absent when decrypting
 * @param change makes the committed definition from the present one
 */
record Draft(
    Domain domain,
    Operation operation,
    List<DiskPlan> disks,
    Map<String, SecretBytes> oldDeks,
    Map<String, SecretBytes> newDeks,
    Optional<VtpmSwitch> vtpm,
    Optional<KeyRecord> pending,
    UnaryOperator<DomainDefinition> change)
    implements AutoCloseable {
  /**
   * A vTPM's state that gets another passphrase.
   *
   * @param oldSecret the libvirt secret that opens it
   * @param newSecret the one that will
   */
  record VtpmSwitch(UUID oldSecret, UUID newSecret) {}

  @Override
  public void close() {
    oldDeks.values().forEach(SecretBytes::close);
    newDeks.values().forEach(SecretBytes::close);
  }
}
