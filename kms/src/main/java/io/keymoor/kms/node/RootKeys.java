package io.keymoor.kms.node;

import io.keymoor.crypto.PassphraseKey;
import io.keymoor.kms.node.NodeSettings.RootKeySource;
import io.keymoor.kms.rootkey.PassphraseRootKey;
import io.keymoor.kms.rootkey.RootKey;
import io.keymoor.kms.rootkey.TokenRootKey;
import io.keymoor.kms.rootkey.TpmRootKey;
import io.keymoor.kms.store.KeyTable;
import io.keymoor.kms.store.KeyTable.SealedStoreKey;
import io.keymoor.secret.SecretBytes;
import io.keymoor.tpm.Tpm;
import java.security.SecureRandom;

/** The store key under the root keys of its kinds. */
final class RootKeys {
  private RootKeys() {}

  /** Seals the store key under the root key there; a token's key is made if it has none. */
  static SealedStoreKey seal(RootKeySource source, SecretBytes storeKey, SecureRandom random) {
    try (RootKey rootKey = fresh(source, random)) {
      return new SealedStoreKey(rootKey.name(), rootKey.parameters(), rootKey.seal(storeKey));
    }
  }

  private static RootKey fresh(RootKeySource source, SecureRandom random) {
    return switch (source) {
      case RootKeySource.PassphraseFile(var file) ->
          PassphraseRootKey.create(file, PassphraseKey.Cost.RECOMMENDED, random);
      case RootKeySource.Pkcs11(var library, int slot, var pin) ->
          TokenRootKey.open(new TokenRootKey.Token(library, slot, pin), true, random);
      case RootKeySource.TpmFile(var file, String tcti) ->
          TpmRootKey.open(file, new Tpm(tcti), random);
    };
  }

  /** Opens the store key; it is the caller's. */
  static SecretBytes storeKey(KeyTable table, RootKeySource source, SecureRandom random) {
    return switch (source) {
      case RootKeySource.PassphraseFile(var file) -> {
        SealedStoreKey sealed = sealed(table, PassphraseRootKey.NAME);
        yield open(PassphraseRootKey.load(file, sealed.parameters(), random), sealed);
      }
      case RootKeySource.Pkcs11(var library, int slot, var pin) -> {
        SealedStoreKey sealed = sealed(table, TokenRootKey.NAME);
        yield open(
            TokenRootKey.open(new TokenRootKey.Token(library, slot, pin), false, random), sealed);
      }
      case RootKeySource.TpmFile(var file, String tcti) -> {
        try (TpmRootKey rootKey = TpmRootKey.open(file, new Tpm(tcti), random)) {
          yield rootKey.open(sealed(table, rootKey.name()).sealed());
        }
      }
    };
  }

  private static SecretBytes open(RootKey rootKey, SealedStoreKey sealed) {
    try (rootKey) {
      return rootKey.open(sealed.sealed());
    }
  }

  private static SealedStoreKey sealed(KeyTable table, String name) {
    return table
        .storeKey(name)
        .orElseThrow(() ->
            new NodeException(
                "The keys in this database are not sealed under the root key "
                    + name
                    + ". Set root-key to one that the KMS was set up with; to use another one as"
                    + " well, run keymoor kms root-key. Nothing was changed."));
  }
}
