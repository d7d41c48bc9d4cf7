package io.keymoor.kms.command;

import io.keymoor.kms.node.NodeSettings;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The option that every command has. */
final class DirectoryOption {
  @Option(
      names = "--dir",
      paramLabel = "DIR",
      required = true,
      description = "The directory of the KMS node.")
  private Path directory = Path.of(".");

  Path path() {
    return directory.toAbsolutePath().normalize();
  }

  NodeSettings settings() {
    return NodeSettings.read(path());
  }
}
