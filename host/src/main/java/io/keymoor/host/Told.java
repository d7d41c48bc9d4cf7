package io.keymoor.host;

import io.keymoor.crypto.CryptoException;
import io.keymoor.host.config.ConfigurationException;
import io.keymoor.hypervisor.HypervisorException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.FileAlreadyExistsException;

/** Does a command's work and says what came of it: a sentence and the exit status. */
final class Told {
  private Told() {}

  /** Does the work and answers the sentence that says what was done. */
  @FunctionalInterface
  interface Work {
    String done() throws IOException;
  }

  static int by(PrintStream out, PrintStream err, Work work) {
    try {
      out.println(work.done());
      return 0;
    } catch (CommandRefused | ConfigurationException | HypervisorException refused) {
      err.println("keymoor host: " + refused.getMessage());
    } catch (CryptoException damaged) {
      err.println("keymoor host: " + damaged.getMessage() + " No file was left.");
    } catch (FileAlreadyExistsException there) {
      err.println(
          "keymoor host: " + there.getFile() + " is there already and was left. Name a new file.");
    } catch (IOException failure) {
      err.println("keymoor host: It failed and no file was left: " + failure);
    }
    return 1;
  }
}
