package io.keymoor.manager.domain.model;

import io.keymoor.provider.KeyId;
import java.util.List;
import java.util.UUID;

/**
 * What a host is asked to do with a VM, or with its own key. Key ids are chosen and audited here,
 * before use.
 */
public sealed interface VmWork {
  /** The word for it in tasks, such as "vm_encrypt". */
  String kind();

  /** Whether it changes keys; a VM has one such task at a time. */
  boolean changesKeys();

  /**
   * Whether it may write whole disks anew, which takes long and can stand still: not where it is
   * the home's alone.
   */
  default boolean pausable() {
    return switch (this) {
      case Encrypt w -> !w.parts().equals(List.of("home"));
      case Decrypt w -> !w.parts().equals(List.of("home"));
      case DeepRekey _ -> true;
      case Rekey _, RekeyHost _, Start _, Stop _, Unlock _, AddVtpm _, Migrate _, RemoveVtpm _ ->
          false;
    };
  }

  /** Encrypts parts; none named means home and all disks. */
  record Encrypt(List<String> parts, UUID provider, KeyId keyId, Rewriting how) implements VmWork {
    public Encrypt {
      parts = List.copyOf(parts);
    }

    @Override
    public String kind() {
      return "vm_encrypt";
    }

    @Override
    public boolean changesKeys() {
      return true;
    }
  }

  /** Decrypts parts; none named means all. */
  record Decrypt(List<String> parts, Rewriting how) implements VmWork {
    public Decrypt {
      parts = List.copyOf(parts);
    }

    @Override
    public String kind() {
      return "vm_decrypt";
    }

    @Override
    public boolean changesKeys() {
      return true;
    }
  }

  /** Shallow rekey. */
  record Rekey(UUID provider, KeyId keyId) implements VmWork {
    @Override
    public String kind() {
      return "vm_rekey";
    }

    @Override
    public boolean changesKeys() {
      return true;
    }
  }

  /** Deep rekey: new data keys, all data written anew. */
  record DeepRekey(UUID provider, KeyId keyId, Rewriting how) implements VmWork {
    @Override
    public String kind() {
      return "vm_rekey_deep";
    }

    @Override
    public boolean changesKeys() {
      return true;
    }
  }

  /** Shallow rekey of the host's own key; the task's "VM" is the host. */
  record RekeyHost(UUID provider, KeyId keyId) implements VmWork {
    @Override
    public String kind() {
      return "host_rekey";
    }

    @Override
    public boolean changesKeys() {
      return true;
    }
  }

  /** Powers on. */
  record Start() implements VmWork {
    @Override
    public String kind() {
      return "vm_start";
    }

    @Override
    public boolean changesKeys() {
      return false;
    }
  }

  /** Shuts down, or powers off at once. */
  record Stop(boolean force) implements VmWork {
    @Override
    public String kind() {
      return "vm_stop";
    }

    @Override
    public boolean changesKeys() {
      return false;
    }
  }

  /** Tries to unlock now. */
  record Unlock(boolean acceptOlderRecord) implements VmWork {
    @Override
    public String kind() {
      return "vm_unlock";
    }

    @Override
    public boolean changesKeys() {
      return false;
    }
  }

  /** Adds a TPM 2.0. */
  record AddVtpm(UUID provider, KeyId keyId) implements VmWork {
    @Override
    public String kind() {
      return "vm_tpm_add";
    }

    @Override
    public boolean changesKeys() {
      return true;
    }
  }

  /**
   * Moves the running VM to another host of its cluster. No other change of the VM may be under
   * way: it would be the wrong host's.
   *
   * @param to that host
   * @param toName its name
   * @param reach how the present host reaches it
   */
  record Migrate(UUID to, String toName, HostFacts.Reach reach) implements VmWork {
    @Override
    public String kind() {
      return "vm_migrate";
    }

    @Override
    public boolean changesKeys() {
      return true;
    }
  }

  /** Removes the TPM. */
  record RemoveVtpm() implements VmWork {
    @Override
    public String kind() {
      return "vm_tpm_remove";
    }

    @Override
    public boolean changesKeys() {
      return true;
    }
  }
}
