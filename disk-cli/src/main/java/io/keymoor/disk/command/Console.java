package io.keymoor.disk.command;

import io.keymoor.disk.Machine;
import io.keymoor.disk.engine.CancelToken;
import io.keymoor.disk.linux.LinuxMachine;
import java.io.InputStream;
import java.io.PrintWriter;

/** What a command talks to, and runs on. */
record Console(
    InputStream in,
    PrintWriter out,
    PrintWriter err,
    boolean terminal,
    CancelToken cancel,
    Machine machine) {
  Console(InputStream in, PrintWriter out, PrintWriter err, boolean terminal) {
    this(in, out, err, terminal, new CancelToken(), new LinuxMachine());
  }
}
