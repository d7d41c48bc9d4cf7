package io.keymoor.host.vm;

import io.keymoor.host.operation.Operation;
import io.keymoor.hypervisor.HypervisorException;
import io.keymoor.provider.KeyId;
import java.util.UUID;

/**
 * Why an operation on a VM was refused or failed. {@link #code()} is stable; the message says what
 * was wrong, what was left as it was and what to do, and never holds a secret.
 */
final class VmException extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private static final String UNCHANGED = " Nothing was changed. ";

  private final String code;

  VmException(String code, String message) {
    super(message);
    this.code = code;
  }

  VmException(String code, String message, Throwable cause) {
    super(message, cause);
    this.code = code;
  }

  String code() {
    return code;
  }

  static VmException libvirtAway(UUID vm, HypervisorException.Unavailable away) {
    return new VmException(
        away.code(),
        away.getMessage()
            + UNCHANGED
            + "VM "
            + vm
            + " is where and as it was, and runs on if it ran. Try again when libvirt answers.",
        away);
  }

  static VmException notFound(UUID vm) {
    return new VmException(
        "vm_not_found",
        "libvirt on this host has no VM with the id "
            + vm
            + "."
            + UNCHANGED
            + "See which there are with: virsh list --all --uuid");
  }

  static VmException running(String vm, String what) {
    return new VmException(
        "vm_running",
        "VM \""
            + vm
            + "\" is running, and "
            + what
            + " needs it powered off."
            + UNCHANGED
            + "Shut it down first: keymoor vm stop "
            + vm);
  }

  static VmException busy(String vm) {
    return new VmException(
        "vm_busy",
        "VM \""
            + vm
            + "\" is being changed by another operation."
            + UNCHANGED
            + "Try again when that has ended: keymoor task list");
  }

  static VmException locked(String vm, String reason) {
    return new VmException(
        "vm_locked", "VM \"" + vm + "\" is locked. " + reason + " The VM was left as it was.");
  }

  static VmException memoryUnsafe(String vm, String objection) {
    return new VmException(
        "host_not_safe",
        "VM \"" + vm + "\" can't run encrypted on this host and was left as it was. " + objection);
  }

  static VmException saved(String vm) {
    return new VmException(
        "vm_saved",
        "VM \""
            + vm
            + "\" is saved with its memory: it would resume on the disks it had, and its memory is"
            + " in clear on this host."
            + UNCHANGED
            + "Resume it and shut it down first (keymoor vm start, keymoor vm stop), or throw its"
            + " memory away: virsh managedsave-remove "
            + vm);
  }

  static VmException unfinished(String vm, String reason) {
    return new VmException(
        "operation_unfinished",
        "An earlier operation on VM \""
            + vm
            + "\" could not be brought to its end yet: "
            + reason
            + " This one was not begun and changed nothing.");
  }

  /** A disk of the VM is neither what it was nor what it shall be. */
  static VmException inTransition(String vm, Operation open) {
    return new VmException(
        "disk_in_transition",
        "Disk "
            + open.disks().getFirst().target()
            + " of VM \""
            + vm
            + "\" is being rewritten in place since "
            + open.begun()
            + ", so the VM can't start. No data is lost. The work goes on by itself and its task"
            + " shows how far it is: keymoor task list");
  }

  /** A part of the VM can't be used as asked. */
  static VmException part(String code, String vm, String part, String what, String remedy) {
    return new VmException(
        code, "The part " + part + " of VM \"" + vm + "\" " + what + "." + UNCHANGED + remedy);
  }

  static VmException changedMeanwhile(String vm, String what) {
    return new VmException(
        "vm_changed_meanwhile",
        "VM \""
            + vm
            + "\" was changed by somebody else during the operation: "
            + what
            + ". The operation was rolled back and the VM is as they left it. Start it again.");
  }

  /** The key id in a command. */
  static KeyId keyId(String text) {
    try {
      return new KeyId(text);
    } catch (IllegalArgumentException impossible) {
      throw new VmException(
          "key_id_invalid", "The command names no possible key id." + UNCHANGED, impossible);
    }
  }

  static VmException cancelled(String vm) {
    return new VmException(
        "cancelled", "The operation was cancelled. VM \"" + vm + "\" is as it was before.");
  }
}
