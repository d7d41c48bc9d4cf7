package io.keymoor.kms;

import io.keymoor.crypto.X25519Provider;
import io.keymoor.kms.command.KmsCommand;
import io.keymoor.kms.command.Output;
import io.keymoor.secret.SystemMemory;
import java.time.InstantSource;

/** The program {@code keymoor kms}. */
public final class KmsMain {
  private KmsMain() {}

  public static void main(String[] arguments) {
    // The heap holds keys for moments: no core file, no debugger of other users.
    SystemMemory.forbidCoreDumps();
    X25519Provider.install();
    System.exit(KmsCommand.run(Output.ofProcess(), InstantSource.system(), arguments));
  }
}
