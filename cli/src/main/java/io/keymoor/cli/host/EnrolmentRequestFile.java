package io.keymoor.cli.host;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keymoor.cli.command.CommandFailed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Reads what a host shows to be enrolled. */
final class EnrolmentRequestFile {
  private EnrolmentRequestFile() {}

  /**
   * The request.
   *
   * @param unchanged a sentence that says what was left as it is
   */
  static ObjectNode read(Path file, String unchanged) {
    try {
      if (new ObjectMapper().readTree(Files.readAllBytes(file)) instanceof ObjectNode json) {
        return json;
      }
    } catch (NoSuchFileException missing) {
      throw new CommandFailed("The file " + file + " does not exist. " + unchanged);
    } catch (IOException unreadable) {
      // Not JSON or not readable: the same sentence as for JSON of another kind.
    }
    throw new CommandFailed(file + " is not what keymoor host init writes. " + unchanged);
  }
}
