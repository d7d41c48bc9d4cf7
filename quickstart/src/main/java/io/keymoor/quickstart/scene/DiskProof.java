package io.keymoor.quickstart.scene;

import io.keymoor.crypto.KeyDerivation;
import io.keymoor.crypto.ProviderBackup;
import io.keymoor.hypervisor.process.Program;
import io.keymoor.provider.IssuedKey;
import io.keymoor.provider.KeyId;
import io.keymoor.provider.NativeKeyProvider;
import io.keymoor.provider.ProviderName;
import io.keymoor.provider.ProviderReference;
import io.keymoor.provider.ProviderType;
import io.keymoor.provider.record.KeyEntry;
import io.keymoor.provider.record.KeyRecord;
import io.keymoor.provider.record.KeyRecordCodec;
import io.keymoor.provider.record.PartKeys;
import io.keymoor.provider.record.RecordKeys;
import io.keymoor.secret.SecretBytes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * Proves with stock QEMU that the guest's disk is encrypted and that its key comes from the
 * provider's backup and the VM's own files, without manager and host.
 */
public final class DiskProof {
  private static final String PART = PartKeys.disk("vda");

  private final Scene scene;

  /** Of the scene's guest. */
  public DiskProof(Scene scene) {
    this.scene = scene;
  }

  /** Fails when the marker is in any file of the datastore. */
  public void requireNoMarkerInDatastore() {
    for (Path file : datastoreFiles()) {
      if (scene
          .guest()
          .markerBytes()
          .map(marker -> FileSearch.contains(file, marker))
          .orElse(false)) {
        throw new StoryFailed("The marker is still to be read in " + file + ".");
      }
    }
  }

  /** What {@link #requireNoMarkerInDatastore} showed. */
  public String markerSentence() {
    return scene.guest().markerBytes().isPresent()
        ? "The marker, which could be read on the disk before, is in none of the "
            + datastoreFiles().size()
            + " files of the datastore."
        : "The datastore holds no image in clear.";
  }

  /** Fails when stock QEMU opens the image with a key that is not its own. */
  public void requireRefusedWithoutKey() {
    try (SecretBytes other = SecretBytes.random(32, new SecureRandom());
        SecretBytes passphrase = KeyDerivation.luksPassphrase(other)) {
      Program.Outcome outcome = read(passphrase);
      if (outcome.exitCode() == 0 && !outcome.errors().contains("Invalid password")) {
        throw new StoryFailed("QEMU opened the image with a key that is not its own.");
      }
    }
  }

  /** Fails unless stock QEMU reads the image with the key that the backup gives. */
  public void requireOpensWithKeyFromBackup() {
    try (SecretBytes passphrase = passphraseFromBackup()) {
      Program.Outcome outcome = read(passphrase);
      if (outcome.exitCode() != 0 || !outcome.output().contains("read 65536/65536 bytes")) {
        throw new StoryFailed(
            "QEMU does not read the image with its key: "
                + outcome.output().strip()
                + outcome.errors().strip());
      }
    }
  }

  private Program.Outcome read(SecretBytes passphrase) {
    Guest guest = scene.guest();
    String image =
        guest.diskFormat().equals("qcow2")
            ? "driver=qcow2,encrypt.format=luks,encrypt.key-secret=key,file.filename="
            : "driver=luks,key-secret=key,file.filename=";
    return Program.of(
            "qemu-io",
            "--object",
            "secret,id=key,file=/dev/stdin",
            "--image-opts",
            image + guest.disk().toString().replace(",", ",,"),
            "-r",
            "-c",
            "read 0 64k")
        .run(passphrase);
  }

  private SecretBytes passphraseFromBackup() {
    byte[] file = scene.backup().read();
    char[] password = scene.backup().passwordCharacters();
    try (ProviderBackup backup = ProviderBackup.read(file, password);
        NativeKeyProvider provider =
            new NativeKeyProvider(reference(backup), backup.kdk().copy())) {
      KeyRecord record = KeyRecordCodec.read(Files.readString(scene.guest().sidecar()));
      KeyEntry entry =
          record
              .current(PART)
              .orElseThrow(() -> new StoryFailed("The key record does not know the disk."));
      try (SecretBytes dek =
          RecordKeys.unwrap(record.objectId(), PART, entry, key -> kek(provider, key.id()))) {
        return KeyDerivation.luksPassphrase(dek);
      }
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    } finally {
      Arrays.fill(password, '\0');
      Arrays.fill(file, (byte) 0);
    }
  }

  private static SecretBytes kek(NativeKeyProvider provider, KeyId id) {
    try (IssuedKey key = provider.key(id)) {
      return key.kek().copy();
    }
  }

  private static ProviderReference reference(ProviderBackup backup) {
    return new ProviderReference(
        backup.provider(), new ProviderName(backup.name()), ProviderType.NATIVE);
  }

  private List<Path> datastoreFiles() {
    try (Stream<Path> files = Files.walk(scene.places().datastore())) {
      return files.filter(Files::isRegularFile).toList();
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }
}
