package io.keymoor.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The {@code keymoor} command. */
@Command(
    name = "keymoor",
    description = "Key providers for virtual machines on KVM and libvirt.",
    mixinStandardHelpOptions = true,
    version = "keymoor 0.1.0")
public final class KeymoorCli {
  private KeymoorCli() {}

  public static void main(String[] arguments) {
    System.exit(new CommandLine(new KeymoorCli()).execute(arguments));
  }
}
