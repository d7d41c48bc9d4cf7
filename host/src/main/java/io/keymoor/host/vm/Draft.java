package io.keymoor.host.vm;

import io.keymoor.host.operation.Operation;
import io.keymoor.hypervisor.Domain;
import io.keymoor.hypervisor.DomainDefinition;
import io.keymoor.provider.record.KeyRecord;
import io.keymoor.secret.SecretBytes;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * A change of a VM, worked out in full before anything is touched.
 *
 * @param domain the VM as it was found
 * @param operation the journal entry
 * @param disks disks to copy
 * @param deks DEKs by part, of the new images when encrypting and of the old when decrypting; owned
 * @param pending record to put beside new images before the commit; absent when decrypting
 * @param change makes the committed definition from the present one
 */
record Draft(
    Domain domain,
    Operation operation,
    List<DiskPlan> disks,
    Map<String, SecretBytes> deks,
    Optional<KeyRecord> pending,
    UnaryOperator<DomainDefinition> change)
    implements AutoCloseable {
  @Override
  public void close() {
    deks.values().forEach(SecretBytes::close);
  }
}
