package io.keymoor.quickstart.scene;

import java.nio.file.Path;
import java.util.List;

/**
 * How the parts of a cluster reach one another: straight, or through something of a test's own that
 * can be cut.
 */
public interface Network {
  /** Addresses at which hosts find the manager, beside its own. */
  List<String> managerNames();

  /**
   * Called when a host has enrolled, before its agent starts: {@code agent} is its directory.
   * Several hosts may enrol at once.
   */
  void enrolled(String host, Path agent);

  /** Where the manager finds the KMS server that serves at {@code address}. */
  String toKms(String address);

  /** The socket through which the libvirts of other hosts reach this host's at {@code socket}. */
  Path toLibvirt(String host, Path socket);

  /** Nothing in between. */
  static Network direct() {
    return new Network() {
      @Override
      public List<String> managerNames() {
        return List.of();
      }

      @Override
      public void enrolled(String host, Path agent) {}

      @Override
      public String toKms(String address) {
        return address;
      }

      @Override
      public Path toLibvirt(String host, Path socket) {
        return socket;
      }
    };
  }
}
