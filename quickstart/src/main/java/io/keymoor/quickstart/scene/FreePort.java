package io.keymoor.quickstart.scene;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/** Finds ports for services that have to be told theirs. */
final class FreePort {
  private FreePort() {}

  /** A TCP port of 127.0.0.1 that nobody used a moment ago. */
  static int any() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException none) {
      throw new StoryFailed("There is no free TCP port on 127.0.0.1.", none);
    }
  }
}
