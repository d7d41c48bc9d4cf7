package io.keymoor.kms.command;

import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;

/**
 * Where commands write: results to one side, warnings and errors to the other.
 *
 * @param in what a command may read
 * @param out results
 * @param err warnings and errors
 */
public record Output(InputStream in, PrintWriter out, PrintWriter err) {
  /** This process's own streams. */
  public static Output ofProcess() {
    return new Output(
        System.in,
        new PrintWriter(System.out, true, StandardCharsets.UTF_8),
        new PrintWriter(System.err, true, StandardCharsets.UTF_8));
  }
}
