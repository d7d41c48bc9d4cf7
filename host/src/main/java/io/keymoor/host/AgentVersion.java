package io.keymoor.host;

import java.util.Optional;

/** The version of this software, from its archive. */
final class AgentVersion {
  private AgentVersion() {}

  static String text() {
    return Optional.ofNullable(AgentVersion.class.getPackage().getImplementationVersion())
        .orElse("development");
  }
}
