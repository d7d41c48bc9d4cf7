package io.keymoor.disk.command;

import io.keymoor.disk.engine.CancelToken;
import java.io.InputStream;
import java.io.PrintWriter;

/** What a command talks to. */
record Console(
    InputStream in, PrintWriter out, PrintWriter err, boolean terminal, CancelToken cancel) {
  Console(InputStream in, PrintWriter out, PrintWriter err, boolean terminal) {
    this(in, out, err, terminal, new CancelToken());
  }
}
