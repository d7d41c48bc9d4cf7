package io.keymoor.hypervisor;

import io.keymoor.secret.SecretBytes;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * One libvirt host.
 *
 * <p>Every call reaches libvirt anew and reconnects when the daemon was restarted; nothing is
 * cached. Failures are {@link HypervisorException}s: {@code Unavailable} when the daemon can't be
 * reached, so that a caller can tell "libvirt is gone" from "libvirt refuses". Thread-safe.
 */
public interface Hypervisor extends AutoCloseable {
  /** Versions of libvirt and QEMU. */
  HypervisorVersions versions();

  /** Every persistent domain, with its persistent (inactive) definition. */
  List<Domain> domains();

  /** The persistent domain with this UUID. */
  Optional<Domain> domain(UUID id);

  /** The persistent domain with this name. */
  Optional<Domain> domain(String name);

  /**
   * Replaces the persistent definition of a domain, or makes a new domain. libvirt writes it to a
   * temporary file and renames it, so this is the commit point of everything the definition says. A
   * running domain keeps its live definition but for the metadata, which {@link #setKeyRecord}
   * changes in both.
   */
  void define(DomainDefinition definition);

  /**
   * Makes sure that the definitions as they are now survive a power loss: libvirt syncs their files
   * and not the directory in which it renames them.
   *
   * @throws java.io.UncheckedIOException when they may not
   */
  void makeDefinitionsDurable();

  /** Whether libvirt is to start the domain when the host boots. */
  boolean autostarts(UUID domain);

  /** Whether the domain's memory is saved on this host, to be resumed at its next start. */
  boolean hasSavedMemory(UUID domain);

  /**
   * What snapshots of the domain wrote its memory into files of its own, in clear, as libvirt
   * remembers them; whether the files are still there is not looked at.
   */
  List<MemorySnapshot> memorySnapshots(UUID domain);

  /**
   * Replaces the key record in the metadata of the persistent definition and, when the domain runs,
   * of the live one; touches nothing else.
   */
  void setKeyRecord(UUID domain, String json);

  /**
   * Removes the key record from the metadata of the persistent definition and, when the domain
   * runs, of the live one; touches nothing else. Harmless when there is none.
   */
  void removeKeyRecord(UUID domain);

  /** The definition that a running domain runs with; absent when it is off. */
  Optional<DomainDefinition> liveDefinition(UUID domain);

  /** Moves disks of running domains to other images. */
  BlockCopies blockCopies();

  /** Removes a domain's definition; keeps disks, NVRAM and vTPM state. */
  void undefine(UUID domain);

  /** Powers on; returns when QEMU runs. Libvirt takes the secrets it needs at this moment. */
  void start(UUID domain);

  /** Asks the guest to shut down (ACPI); returns at once. */
  void shutDown(UUID domain);

  /** Powers off at once. Harmless on a domain that is off. */
  void powerOff(UUID domain);

  /**
   * Writes the memory of a running guest, as an ELF core, into a pipe that is being read; the guest
   * pauses meanwhile and goes on. QEMU writes from beginning to end and closes.
   *
   * @param pipe a named pipe such as {@link MemoryPipe} makes, never a file: it is in clear
   */
  void dumpMemory(UUID domain, Path pipe);

  /** Resets the running guest, as its reset button does. */
  void reset(UUID domain);

  /**
   * Gives libvirt a secret: ephemeral (gone with the daemon, never on its disk) and private
   * (unreadable through its API). Replaces the value when the secret is there already.
   *
   * @param id the UUID by which a definition names it
   * @param description what it is for; holds no secret
   * @param value the value, for LUKS and swtpm valid UTF-8 text; used and not closed
   */
  void putSecret(UUID id, String description, SecretBytes value);

  /** Takes a secret away; running guests don't need it any more. Harmless when it is not there. */
  void removeSecret(UUID id);

  /** UUIDs of all secrets that libvirt has now. */
  List<UUID> secrets();

  /**
   * Hears of domains that start, stop and change until the subscription is closed, also across
   * restarts of libvirt. Called on a thread of this class; long work belongs elsewhere.
   */
  Subscription listen(DomainListener listener);

  @Override
  void close();

  /** Ends what {@link #listen} began. */
  interface Subscription extends AutoCloseable {
    @Override
    void close();
  }
}
