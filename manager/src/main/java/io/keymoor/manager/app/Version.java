package io.keymoor.manager.app;

import java.util.Optional;

/** The product's version, from the archive it runs from. */
final class Version {
  private Version() {}

  static String text() {
    return Optional.ofNullable(Version.class.getPackage())
        .map(Package::getImplementationVersion)
        .orElse("development");
  }
}
