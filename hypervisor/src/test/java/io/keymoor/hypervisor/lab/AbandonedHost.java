package io.keymoor.hypervisor.lab;

import java.nio.file.Path;

/** A program that starts a private host and ends without ending it. */
final class AbandonedHost {
  private AbandonedHost() {}

  public static void main(String[] arguments) {
    PrivateLibvirt host = PrivateLibvirt.started(Path.of(arguments[0]), "abandoned");
    System.out.println("processes: " + host.processes().size());
    Runtime.getRuntime().halt(7);
  }
}
