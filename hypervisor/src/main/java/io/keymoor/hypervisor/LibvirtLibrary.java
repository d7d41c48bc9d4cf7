package io.keymoor.hypervisor;

import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.NativeLong;
import com.sun.jna.Pointer;
import org.libvirt.Connect;
import org.libvirt.LibvirtException;
import org.libvirt.jna.Libvirt;
import org.libvirt.jna.Libvirt.VirErrorCallback;
import org.libvirt.jna.virError;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * libvirt's client library in this process: loaded once, silent, with its event loop running.
 *
 * <p>The event loop answers keep-alive probes and delivers events for all connections of the
 * process; libvirt wants it registered before the first connection.
 */
final class LibvirtLibrary {
  private static final Logger LOG = LoggerFactory.getLogger(LibvirtLibrary.class);

  /** By default libvirt prints every error to standard error; here they become exceptions. */
  private static final VirErrorCallback SILENCE = (userData, error) -> {};

  private static final Secrets SECRETS = Native.load("virt", Secrets.class);
  private static final BlockJobs BLOCK_JOBS = Native.load("virt", BlockJobs.class);

  static {
    try {
      org.libvirt.Library.initEventLoop();
      Connect.setErrorCallback(SILENCE);
    } catch (LibvirtException e) {
      throw new ExceptionInInitializerError(e);
    }
    Thread.ofPlatform().daemon().name("libvirt-loop").start(LibvirtLibrary::runEventLoop);
  }

  private LibvirtLibrary() {}

  /**
   * A call for which the binding's own mapping does not do: it would leave copies of the value in
   * memory that nobody zeroes.
   */
  interface Secrets extends Library {
    int virSecretSetValue(Pointer secret, Pointer value, long length, int flags);
  }

  /** A call that the binding lacks. */
  interface BlockJobs extends Library {
    /** The rate is in bytes a second, and not in MiB. */
    int SPEED_IN_BYTES = 1;

    int virDomainBlockJobSetSpeed(Pointer domain, String disk, NativeLong bandwidth, int flags);
  }

  /**
   * Loads the library.
   *
   * @throws LinkageError when it is not installed
   */
  static void load() {
    // The static initialiser did it.
  }

  static Secrets secrets() {
    return SECRETS;
  }

  static BlockJobs blockJobs() {
    return BLOCK_JOBS;
  }

  /** What libvirt said about the last failure on this thread. */
  static String lastWords() {
    virError error = Libvirt.INSTANCE.virGetLastError();
    return error == null || error.message == null ? "no reason given" : error.message;
  }

  private static void runEventLoop() {
    while (true) {
      try {
        org.libvirt.Library.processEvent();
      } catch (LibvirtException | RuntimeException e) {
        LOG.warn("libvirt's event loop stumbled: {}", e.getMessage());
      }
    }
  }
}
