package io.keymoor.host.vm;

import io.keymoor.host.operation.Operation;
import io.keymoor.hypervisor.Domain;
import io.keymoor.provider.record.KeyRecord;
import java.util.Optional;

/**
 * A change of one disk in its own image, worked out before anything is touched. Its keys are in the
 * record.
 *
 * @param domain the VM as it was found
 * @param operation the journal entry; its disk has the same image before and after
 * @param announced the record that names the disk's present key and its next one; absent when the
 *     disk will be in clear, and the present record stays until it is
 */
record InPlaceDraft(Domain domain, Operation operation, Optional<KeyRecord> announced) {}
