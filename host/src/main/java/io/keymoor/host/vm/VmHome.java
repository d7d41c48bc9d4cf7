package io.keymoor.host.vm;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.keymoor.crypto.KeyDerivation;
import io.keymoor.crypto.SealedFile;
import io.keymoor.hypervisor.DomainDefinition;
import io.keymoor.provider.ProviderException;
import io.keymoor.provider.record.KeyEntry;
import io.keymoor.provider.record.KeyRecord;
import io.keymoor.provider.record.KeyRecordCodec;
import io.keymoor.provider.record.PartKeys;
import io.keymoor.provider.record.RecordKeys;
import io.keymoor.secret.SecretBytes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * A VM's home on its datastore (R9): a directory beside its first disk.
 *
 * <pre>
 * web01.keymoor/             0700; 0711 with a vTPM, so that swtpm's user gets through to its state
 *   record.json              the key record
 *   definition.sealed        the domain's XML, sealed under the home's DEK
 *   vtpm/                    what libvirt keeps of the vTPM, encrypted by swtpm; libvirt's own
 *                            directory swtpm/&lt;uuid&gt; is a link to it. After a deep rekey it is
 *                            vtpm-&lt;uuid of the secret that opens it&gt;/
 * </pre>
 *
 * <p>Links in place of the directory are not followed: whoever may write to the datastore should
 * not make the agent write elsewhere.
 */
final class VmHome {
  /** Purpose under which the definition is sealed. */
  static final String DEFINITION_PURPOSE = "keymoor/home/definition";

  private static final String VTPM = "vtpm";
  private static final String SUFFIX = ".keymoor";
  private static final String SAFE_NAME = "[A-Za-z0-9_][A-Za-z0-9._-]{0,99}";

  private VmHome() {}

  /** The record's copy in a home. */
  static Path record(Path home) {
    return home.resolve("record.json");
  }

  /** The sealed definition in a home. */
  static Path sealedDefinition(Path home) {
    return home.resolve("definition.sealed");
  }

  /** The state of a vTPM in a home, where no deep rekey made another. */
  static Path vtpm(Path home) {
    return home.resolve(VTPM);
  }

  /**
   * The vTPM's state that this libvirt secret opens. The definition names the secret, so that its
   * change, the commit of a deep rekey, switches from one state to the other.
   */
  static Path vtpm(Path home, UUID secret) {
    Path rekeyed = rekeyedVtpm(home, secret);
    return isDirectory(rekeyed) ? rekeyed : vtpm(home);
  }

  /** Where a deep rekey puts the state that this secret will open. */
  static Path rekeyedVtpm(Path home, UUID secret) {
    return home.resolve(VTPM + "-" + secret);
  }

  /** All states in the home; more than one only during a deep rekey. */
  static List<Path> vtpms(Path home) {
    if (!isDirectory(home)) {
      return List.of();
    }
    try (Stream<Path> inside = Files.list(home)) {
      return inside
          .filter(path -> path.getFileName().toString().matches(VTPM + "(-[0-9a-f-]{36})?"))
          .filter(VmHome::isDirectory)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException("could not look into " + home, e);
    }
  }

  /** The existing home of the VM: a directory with a record that says it is this VM's. */
  static Optional<Path> find(DomainDefinition definition) {
    return candidates(definition).stream()
        .filter(home -> belongsTo(home, definition.id()))
        .findFirst();
  }

  /** Where the home is by the record, or where a new one should be. */
  static Optional<Path> place(DomainDefinition definition, Optional<KeyEntry> entry) {
    Optional<Path> recorded =
        entry
            .flatMap(KeyEntry::image)
            .filter(name -> name.endsWith(SUFFIX) && name.matches(SAFE_NAME))
            .flatMap(name -> Disks.homePlace(definition).map(place -> place.resolve(name)));
    return recorded.or(() -> find(definition)).or(() -> unused(definition));
  }

  private static Optional<Path> unused(DomainDefinition definition) {
    return candidates(definition).stream().filter(VmHome::isFree).findFirst();
  }

  /** A name may hold anything; only one that is safe as a file name becomes one. */
  private static List<Path> candidates(DomainDefinition definition) {
    Set<String> names = new LinkedHashSet<>();
    String named = definition.name() + SUFFIX;
    if (named.matches(SAFE_NAME)) {
      names.add(named);
    }
    names.add(definition.id() + SUFFIX);
    return Disks.homePlace(definition)
        .map(place -> names.stream().map(place::resolve).toList())
        .orElse(List.of());
  }

  private static boolean belongsTo(Path home, UUID vm) {
    try {
      return isDirectory(home)
          && DurableFiles.recordText(record(home))
              .map(text -> KeyRecordCodec.read(text).objectId().equals(vm))
              .orElse(false);
    } catch (ProviderException | UncheckedIOException unreadable) {
      // A damaged copy is no proof either way; the other copies decide, and the name finds it.
      return home.getFileName().toString().equals(vm + SUFFIX);
    }
  }

  private static boolean isFree(Path home) {
    if (!Files.exists(home, LinkOption.NOFOLLOW_LINKS)) {
      return true;
    }
    try (Stream<Path> inside = isDirectory(home) ? Files.list(home) : Stream.of(home)) {
      return inside.findAny().isEmpty();
    } catch (IOException unreadable) {
      return false;
    }
  }

  static boolean isDirectory(Path home) {
    return Files.isDirectory(home, LinkOption.NOFOLLOW_LINKS);
  }

  /** Makes the directory, or sets the mode of the one that is there. */
  static void make(Path home, boolean forVtpm) {
    String mode = forVtpm ? "rwx--x--x" : "rwx------";
    try {
      if (!isDirectory(home)) {
        Files.createDirectory(
            home,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      }
      DurableFiles.setMode(home, mode);
      DurableFiles.syncDirectoryOf(home);
    } catch (IOException e) {
      throw new UncheckedIOException("could not make the VM's home directory " + home, e);
    }
  }

  /** Writes the record and seals the definition. */
  static void write(Path home, KeyRecord record, DomainDefinition definition, VmTools tools) {
    make(home, definition.tpm().isPresent());
    SealedFile.replace(record(home), KeyRecordCodec.write(record).getBytes(UTF_8));
    KeyEntry entry = record.current(PartKeys.HOME).orElseThrow();
    UUID vm = record.objectId();
    try (SecretBytes dek = RecordKeys.unwrap(vm, PartKeys.HOME, entry, tools.keys());
        SecretBytes key = KeyDerivation.homeSealingKey(dek, vm);
        SecretBytes xml = SecretBytes.takeOver(definition.xml().getBytes(UTF_8))) {
      SealedFile.write(sealedDefinition(home), key, DEFINITION_PURPOSE, xml, tools.random());
    }
  }

  /**
   * Removes what {@link #write} and a vTPM left; keeps the directory when others put files there.
   */
  static void remove(Path home) {
    DurableFiles.deleteReplaced(record(home));
    DurableFiles.deleteReplaced(sealedDefinition(home));
    vtpms(home).forEach(DurableFiles::deleteTree);
    removeIfEmpty(home);
  }

  /** Removes the directory when it is empty. */
  static void removeIfEmpty(Path home) {
    try (Stream<Path> inside = isDirectory(home) ? Files.list(home) : Stream.of(home)) {
      if (inside.findAny().isEmpty()) {
        Files.delete(home);
        DurableFiles.syncDirectoryOf(home);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("could not remove the VM's home directory " + home, e);
    }
  }
}
