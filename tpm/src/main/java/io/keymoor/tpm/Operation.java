package io.keymoor.tpm;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The steps of one operation at a TPM: its files, its storage key, its sessions. Every session that
 * carries something is salted with the storage key, so that nobody on the bus reads or changes it.
 */
final class Operation {
  private static final Pattern MANAGED = Pattern.compile("device:/dev/tpmrm[0-9]+|tabrmd(:.*)?");
  private static final String STORAGE_KEY =
      "fixedtpm|fixedparent|sensitivedataorigin|userwithauth|noda|restricted|decrypt";

  private final String tcti;
  private final Scratch scratch;
  private final SealCondition condition;

  /** An operation whose complaints are about {@code condition}. */
  Operation(String tcti, Scratch scratch, SealCondition condition) {
    this.tcti = tcti;
    this.scratch = scratch;
    this.condition = condition;
  }

  /** Derives the storage key and gives its public area. */
  byte[] primary() {
    step(
        "tpm2_createprimary -Q -C o -g sha256 -G ecc256:aes128cfb -f tss -a " + STORAGE_KEY,
        "-c",
        path("primary"),
        "-o",
        path("primary.pub"));
    return scratch.read("primary.pub");
  }

  /** Derives the storage key, which has to be the blob's. */
  void requirePrimaryOf(SealedBlob blob) {
    // Before anything is sent: a storage key that is another one may be an impostor's.
    if (!blob.liesUnder(primary())) {
      throw new TpmException.Foreign();
    }
  }

  /** A session that computes a policy and opens nothing. */
  Session trial() {
    String file = path("trial");
    step("tpm2_startauthsession -g sha256", "-S", file);
    return new Session(file);
  }

  /** A session that authorises with a (missing) password; after {@link #primary}. */
  Session hmac() {
    return salted("hmac", "--hmac-session");
  }

  /** A session that authorises with a policy; after {@link #primary}. */
  Session policy() {
    return salted("policy-session", "--policy-session");
  }

  /** A policy session of which nothing is secret. */
  Session bare() {
    String file = path("bare");
    step("tpm2_startauthsession -g sha256 --policy-session", "-S", file);
    return new Session(file);
  }

  private Session salted(String name, String kind) {
    String file = path(name);
    step("tpm2_startauthsession -g sha256", kind, "-c", path("primary"), "-S", file);
    tool("tpm2_sessionconfig", file, "--enable-decrypt", "--enable-encrypt").run();
    return new Session(file);
  }

  void step(String command, String... arguments) {
    tool(command, arguments).run();
    flushObjects();
  }

  /** The command's words that never vary stand in one text. */
  Tool tool(String command, String... arguments) {
    List<String> words = new ArrayList<>(List.of(command.split(" ", -1)));
    Collections.addAll(words, arguments);
    return new Tool(tcti, condition, words.getFirst(), words.subList(1, words.size()));
  }

  /** Without a resource manager, what a tool loaded stays in one of the TPM's three places. */
  void flushObjects() {
    if (!MANAGED.matcher(tcti).matches()) {
      tool("tpm2_flushcontext", "--transient-object").run();
    }
  }

  String path(String name) {
    return scratch.file(name).toString();
  }

  byte[] read(String name) {
    return scratch.read(name);
  }

  /** Writes a file and gives its path. */
  String write(String name, byte[] contents) {
    scratch.write(name, contents);
    return path(name);
  }

  /** A session of the TPM, ended on close. */
  final class Session implements AutoCloseable {
    private final String file;

    private Session(String file) {
      this.file = file;
    }

    String file() {
      return file;
    }

    /** As tpm2-tools take it in place of a password. */
    String reference() {
      return "session:" + file;
    }

    @Override
    public void close() {
      tool("tpm2_flushcontext", file).run();
    }
  }
}
