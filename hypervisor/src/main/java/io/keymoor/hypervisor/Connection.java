package io.keymoor.hypervisor;

import com.sun.jna.Memory;
import com.sun.jna.NativeLong;
import com.sun.jna.ptr.LongByReference;
import io.keymoor.secret.ClearBytes;
import io.keymoor.secret.SecretBytes;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.UUID;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.libvirt.Connect;
import org.libvirt.LibvirtException;
import org.libvirt.jna.ConnectionPointer;
import org.libvirt.jna.DomainPointer;
import org.libvirt.jna.Libvirt;
import org.libvirt.jna.Libvirt.VirConnectDomainEventCallback;
import org.libvirt.jna.SecretPointer;

/**
 * One open connection to libvirt's daemon, shared by callers.
 *
 * <p>The native connection must not be closed under a running call, so it closes when it was
 * discarded and the last user is gone. A lock would not do: a call that starts a domain waits for
 * the hook, which needs this connection for its secrets.
 */
final class Connection extends Connect {
  private static final int KEEP_ALIVE_SECONDS = 5;
  private static final int KEEP_ALIVE_PROBES = 6;
  private static final int LIFECYCLE_EVENT = 0;
  private static final Libvirt LIBVIRT = Libvirt.INSTANCE;

  private int callbackId = -1;
  private int users;
  private boolean discarded;

  private Connection(String uri) throws LibvirtException {
    super(uri);
  }

  /**
   * Opens a connection that hears events.
   *
   * @param events is called on libvirt's own thread; the caller keeps a reference to it, because
   *     the collector doesn't see libvirt's
   */
  static Connection open(String uri, VirConnectDomainEventCallback events) throws LibvirtException {
    LibvirtLibrary.load();
    Connection connection = new Connection(uri);
    boolean complete = false;
    try {
      connection.setKeepAlive(KEEP_ALIVE_SECONDS, KEEP_ALIVE_PROBES);
      connection.subscribe(events);
      complete = true;
      return connection;
    } finally {
      if (!complete) {
        connection.discard();
      }
    }
  }

  private void subscribe(VirConnectDomainEventCallback events) {
    callbackId =
        LIBVIRT.virConnectDomainEventRegisterAny(
            pointer(), null, LIFECYCLE_EVENT, events, null, null);
    if (callbackId < 0) {
      throw refused("libvirt's events can't be had");
    }
  }

  /** A callback that hands on the number of the event (virDomainEventType) and the domain. */
  static VirConnectDomainEventCallback callback(BiConsumer<Integer, UUID> events) {
    return (connection, domain, event, detail, opaque) -> {
      events.accept(event, uuidOf(domain));
      return 0;
    };
  }

  private static UUID uuidOf(DomainPointer domain) {
    byte[] bytes = new byte[16];
    LIBVIRT.virDomainGetUUID(domain, bytes);
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    return new UUID(buffer.getLong(), buffer.getLong());
  }

  private ConnectionPointer pointer() {
    return Objects.requireNonNull(vcp, "the connection is closed");
  }

  /** Whether the daemon is at the other end, as far as known. */
  boolean works() {
    try {
      return isAlive();
    } catch (LibvirtException e) {
      return false;
    }
  }

  /** Each connection equals itself only; the binding compares URIs, over the connection. */
  @Override
  public boolean equals(@Nullable Object other) {
    return this == other;
  }

  @Override
  public int hashCode() {
    return System.identityHashCode(this);
  }

  /** The version of the daemon's libvirt. */
  long daemonVersion() {
    LongByReference version = new LongByReference();
    if (LIBVIRT.virConnectGetLibVersion(pointer(), version) != 0) {
      throw refused("The version of libvirt can't be had");
    }
    return version.getValue();
  }

  /** Keeps it open until {@link #release}. */
  synchronized void use() {
    users++;
  }

  synchronized void release() {
    users--;
    closeWhenUnused();
  }

  /** Closes it as soon as nobody uses it. */
  synchronized void discard() {
    discarded = true;
    closeWhenUnused();
  }

  private void closeWhenUnused() {
    if (!discarded || users > 0 || vcp == null) {
      return;
    }
    try {
      if (callbackId >= 0) {
        LIBVIRT.virConnectDomainEventDeregisterAny(pointer(), callbackId);
      }
      close();
    } catch (LibvirtException e) {
      // A connection to a daemon that is gone has nothing left to close.
      vcp = null;
    }
  }

  /** Defines the secret and gives it its value, whose native copy is zeroed. */
  void setSecret(UUID id, String xml, SecretBytes value) throws LibvirtException {
    secretDefineXML(xml).free();
    SecretPointer secret = LIBVIRT.virSecretLookupByUUIDString(pointer(), id.toString());
    if (secret == null) {
      throw refused("The secret " + id + " could not be found again");
    }
    try {
      if (ClearBytes.read(value, clear -> setValue(secret, clear)) != 0) {
        throw refused("The secret " + id + " could not be given its value");
      }
    } finally {
      LIBVIRT.virSecretFree(secret);
    }
  }

  /** Sets the rate of a block job, 0 for none. */
  void limitBlockJob(UUID domain, String disk, long bytesPerSecond) {
    DomainPointer found = LIBVIRT.virDomainLookupByUUIDString(pointer(), domain.toString());
    if (found == null) {
      throw refused("The VM " + domain + " could not be found");
    }
    try {
      LibvirtLibrary.BlockJobs jobs = LibvirtLibrary.blockJobs();
      NativeLong rate = new NativeLong(bytesPerSecond, true);
      int flags = LibvirtLibrary.BlockJobs.SPEED_IN_BYTES;
      if (jobs.virDomainBlockJobSetSpeed(found.getPointer(), disk, rate, flags) != 0) {
        throw refused("The copy of disk " + disk + " of VM " + domain + " keeps its rate");
      }
    } finally {
      LIBVIRT.virDomainFree(found);
    }
  }

  private static HypervisorException refused(String what) {
    String words = LibvirtLibrary.lastWords();
    return new HypervisorException.Refused(what, words, new IllegalStateException(words));
  }

  private static int setValue(SecretPointer secret, byte[] clear) {
    try (Memory copy = new Memory(Math.max(1, clear.length))) {
      copy.write(0, clear, 0, clear.length);
      try {
        return LibvirtLibrary.secrets()
            .virSecretSetValue(secret.getPointer(), copy, clear.length, 0);
      } finally {
        copy.clear();
      }
    }
  }
}
