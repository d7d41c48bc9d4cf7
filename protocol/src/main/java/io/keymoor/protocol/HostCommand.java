package io.keymoor.protocol;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;
import java.util.UUID;

/**
 * Something the manager asks a host to do. Every command is idempotent under its {@link #id()}.
 *
 * <p>{@code vm} is the libvirt domain's UUID, which is also the object id of its key record. {@code
 * provider} must be one the host holds. {@code keyId} is the id under which the host takes (native:
 * derives) the new KEK; the manager chooses it, so that it can be audited before it is used.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "command")
@JsonSubTypes({
  @JsonSubTypes.Type(value = HostCommand.EncryptVm.class, name = "encrypt-vm"),
  @JsonSubTypes.Type(value = HostCommand.DecryptVm.class, name = "decrypt-vm"),
  @JsonSubTypes.Type(value = HostCommand.RekeyVm.class, name = "rekey-vm"),
  @JsonSubTypes.Type(value = HostCommand.DeepRekeyVm.class, name = "deep-rekey-vm"),
  @JsonSubTypes.Type(value = HostCommand.RekeyHost.class, name = "rekey-host"),
  @JsonSubTypes.Type(value = HostCommand.StartVm.class, name = "start-vm"),
  @JsonSubTypes.Type(value = HostCommand.StopVm.class, name = "stop-vm"),
  @JsonSubTypes.Type(value = HostCommand.UnlockVm.class, name = "unlock-vm"),
  @JsonSubTypes.Type(value = HostCommand.AddVtpm.class, name = "add-vtpm"),
  @JsonSubTypes.Type(value = HostCommand.RemoveVtpm.class, name = "remove-vtpm"),
  @JsonSubTypes.Type(value = HostCommand.MigrateVm.class, name = "migrate-vm"),
  @JsonSubTypes.Type(value = HostCommand.AdoptVm.class, name = "adopt-vm"),
})
public sealed interface HostCommand {
  /** The manager's id of this command, 1–100 characters. */
  String id();

  /** The VM it is about; the host's own id when it is about the host. */
  UUID vm();

  /**
   * Encrypts the named parts; an empty list means home and every disk. Parts are "home" and "disk:"
   * followed by the target device, such as "disk:vda".
   */
  record EncryptVm(String id, UUID vm, List<String> parts, UUID provider, String keyId, Rewrite how)
      implements HostCommand {
    public EncryptVm {
      parts = List.copyOf(parts);
    }

    /** The way that suits the VM. */
    public EncryptVm(String id, UUID vm, List<String> parts, UUID provider, String keyId) {
      this(id, vm, parts, provider, keyId, Rewrite.CHOSEN);
    }
  }

  /** Decrypts the named parts; an empty list means all that are encrypted. */
  record DecryptVm(String id, UUID vm, List<String> parts, Rewrite how) implements HostCommand {
    public DecryptVm {
      parts = List.copyOf(parts);
    }

    /** The way that suits the VM. */
    public DecryptVm(String id, UUID vm, List<String> parts) {
      this(id, vm, parts, Rewrite.CHOSEN);
    }
  }

  /**
   * Deep rekey: new DEKs and new volume keys for all encrypted parts, under the given new KEK, and
   * so all data written anew. While the VM runs its vTPM's state keeps its DEK, under the new KEK.
   */
  record DeepRekeyVm(String id, UUID vm, UUID provider, String keyId, Rewrite how)
      implements HostCommand {}

  /** Shallow rekey: wraps every DEK of the VM under the given new KEK. Running VMs don't notice. */
  record RekeyVm(String id, UUID vm, UUID provider, String keyId) implements HostCommand {}

  /**
   * Shallow rekey of the host's own key: the host key stays, its wrapping changes. A host without a
   * usable host key makes a new one.
   */
  record RekeyHost(String id, UUID host, UUID provider, String keyId) implements HostCommand {
    @Override
    public UUID vm() {
      return host;
    }
  }

  /** Unlocks if need be and powers on. */
  record StartVm(String id, UUID vm) implements HostCommand {}

  /** Asks the guest to shut down, or powers off at once when {@code force}. */
  record StopVm(String id, UUID vm, boolean force) implements HostCommand {}

  /**
   * Tries to unlock now. {@code acceptOlderRecord} says that an administrator knows why the record
   * is older than the one this host saw last (the VM was restored from a backup).
   */
  record UnlockVm(String id, UUID vm, boolean acceptOlderRecord) implements HostCommand {}

  /** Adds a TPM 2.0; encrypts the VM's home first if it is not encrypted yet. */
  record AddVtpm(String id, UUID vm, UUID provider, String keyId) implements HostCommand {}

  /** Removes the TPM and its state; the home is decrypted when nothing else is encrypted. */
  record RemoveVtpm(String id, UUID vm) implements HostCommand {}

  /**
   * Moves the running VM to another host of the cluster.
   *
   * @param to that host
   * @param toName its name
   * @param uri connection URI of its libvirt, as it says itself
   * @param address where its QEMUs listen for migrations
   */
  record MigrateVm(String id, UUID vm, UUID to, String toName, String uri, String address)
      implements HostCommand {}

  /**
   * Defines a VM on this host from its home on shared storage, as after the loss of another host.
   *
   * @param home its home directory
   * @param fenced whether somebody vouches that the host that ran it last is off
   */
  record AdoptVm(String id, UUID vm, String home, boolean fenced) implements HostCommand {}
}
