package io.keymoor.tpm;

import io.keymoor.secret.SecretBytes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Pattern;

/**
 * The TPM 2.0 of this machine, as a keeper of small secrets.
 *
 * <p>Guarantees: what {@link #seal} made opens on the same TPM only, and with registers chosen only
 * while they are unchanged; the secret is encrypted on its way to and from the chip (a session
 * salted with the storage key, AES-128-CFB, TPM 2.0 library part 1, section 21), and the storage
 * key has to be the one that sealed, so that a device on the bus that plays another TPM gets
 * nothing; the secret goes through pipes, never through arguments or files. The TPM keeps nothing:
 * the storage key is derived anew each time from the owner's seed. Sealed objects are exempt from
 * the dictionary-attack lockout: they have no password that could be guessed.
 *
 * <p>A clearing of the TPM (its owner's seed is replaced) ends every sealed secret for good.
 *
 * <p>Thread-safe; one operation at a time in a process. Each starts about ten programs, 0.1 to 2 s.
 */
public final class Tpm {
  /** The usual TPM, behind the kernel's resource manager. */
  public static final String DEVICE = "device:/dev/tpmrm0";

  /** What a TPM seals at most, in bytes. */
  public static final int MOST_BYTES = 128;

  private static final Pattern TCTI = Pattern.compile("[a-z0-9-]+(:[\\x21-\\x7e]*)?");
  private static final Pattern MANAGED = Pattern.compile("device:/dev/tpmrm[0-9]+|tabrmd(:.*)?");
  private static final ReentrantLock ONE_AT_A_TIME = new ReentrantLock();

  private final String tcti;

  /**
   * The TPM at a TCTI, the address that tpm2-tools take: {@link #DEVICE}, {@code
   * swtpm:host=127.0.0.1,port=2321}. One without a resource manager has to be this process's alone:
   * loaded keys are flushed.
   */
  public Tpm(String tcti) {
    if (!TCTI.matcher(tcti).matches()) {
      throw new IllegalArgumentException("a TPM's address looks like " + DEVICE + ", not " + tcti);
    }
    this.tcti = tcti;
  }

  /** Its address. */
  public String tcti() {
    return tcti;
  }

  /** Whether it answers, and the tools are there. */
  public boolean isPresent() {
    if (!Tool.areInstalled()) {
      return false;
    }
    ONE_AT_A_TIME.lock();
    try {
      new Tool(tcti, PcrSelection.NONE, "tpm2_getcap", List.of("properties-fixed")).run();
      return true;
    } catch (TpmException absent) {
      return false;
    } finally {
      ONE_AT_A_TIME.unlock();
    }
  }

  /**
   * Seals {@code secret}, which stays open.
   *
   * @param secret 1 to {@link #MOST_BYTES} bytes
   * @param pcrs the registers that have to be as they are now for it to open
   * @return what {@link #unseal} takes; no secret
   */
  public byte[] seal(SecretBytes secret, PcrSelection pcrs) {
    if (secret.length() < 1 || secret.length() > MOST_BYTES) {
      throw new IllegalArgumentException(
          "a TPM seals 1 to " + MOST_BYTES + " bytes, not " + secret.length());
    }
    ONE_AT_A_TIME.lock();
    try (Scratch scratch = Scratch.create()) {
      return new Work(scratch, pcrs).seal(secret).encode();
    } finally {
      ONE_AT_A_TIME.unlock();
    }
  }

  /**
   * Opens what {@link #seal} made; the secret is the caller's.
   *
   * @throws TpmException each kind for its reason
   */
  public SecretBytes unseal(byte[] sealed) {
    SealedBlob blob = SealedBlob.decode(sealed);
    ONE_AT_A_TIME.lock();
    try (Scratch scratch = Scratch.create()) {
      return new Work(scratch, blob.pcrs()).unseal(blob);
    } finally {
      ONE_AT_A_TIME.unlock();
    }
  }

  /** The steps of one operation and their files. */
  private final class Work {
    private static final String STORAGE_KEY =
        "fixedtpm|fixedparent|sensitivedataorigin|userwithauth|noda|restricted|decrypt";
    private static final String SEALED = "fixedtpm|fixedparent|noda|userwithauth";
    private static final String SEALED_WITH_POLICY = "fixedtpm|fixedparent|noda|adminwithpolicy";

    private final Scratch scratch;
    private final PcrSelection pcrs;

    Work(Scratch scratch, PcrSelection pcrs) {
      this.scratch = scratch;
      this.pcrs = pcrs;
    }

    SealedBlob seal(SecretBytes secret) {
      byte[] primary = primary();
      List<String> create = new ArrayList<>();
      if (!pcrs.isEmpty()) {
        create.addAll(List.of("-L", policy()));
      }
      try (Session session = new Session("hmac", "--hmac-session")) {
        Collections.addAll(create, "-Q", "-C", path("primary"), "-P", session.reference());
        Collections.addAll(create, "-g", "sha256", "-i", "-");
        Collections.addAll(create, "-a", pcrs.isEmpty() ? SEALED : SEALED_WITH_POLICY);
        Collections.addAll(create, "-u", path("public"), "-r", path("private"));
        new Tool(tcti, pcrs, "tpm2_create", create).run(secret);
        flushObjects();
      }
      return new SealedBlob(pcrs, primary, scratch.read("public"), scratch.read("private"));
    }

    SecretBytes unseal(SealedBlob blob) {
      // Before anything is sent: a storage key that is another one may be an impostor's.
      if (!blob.liesUnder(primary())) {
        throw new TpmException.Foreign();
      }
      scratch.write("public", blob.publicArea());
      scratch.write("private", blob.privateArea());
      String object = path("object");
      step(
          "tpm2_load -Q",
          "-C",
          path("primary"),
          "-u",
          path("public"),
          "-r",
          path("private"),
          "-c",
          object);
      try (Session session =
          pcrs.isEmpty()
              ? new Session("hmac", "--hmac-session")
              : new Session("pcr", "--policy-session")) {
        if (!pcrs.isEmpty()) {
          step("tpm2_policypcr -Q", "-S", session.file(), "-l", registers());
        }
        SecretBytes secret =
            tool("tpm2_unseal", "-c", object, "-p", session.reference()).secretOutput();
        flushObjects();
        return secret;
      }
    }

    /** Derives the storage key and gives its public area. */
    private byte[] primary() {
      String key = path("primary");
      String area = path("primary.pub");
      step(
          "tpm2_createprimary -Q -C o -g sha256 -G ecc256:aes128cfb -f tss -a " + STORAGE_KEY,
          "-c",
          key,
          "-o",
          area);
      return scratch.read("primary.pub");
    }

    private String policy() {
      try (Session trial = new Session("trial")) {
        step("tpm2_policypcr -Q", "-S", trial.file(), "-l", registers(), "-L", path("policy"));
        return path("policy");
      }
    }

    private String registers() {
      return "sha256:" + pcrs.text();
    }

    private void step(String command, String... arguments) {
      tool(command, arguments).run();
      flushObjects();
    }

    /** The command's words that never vary stand in one text. */
    private Tool tool(String command, String... arguments) {
      List<String> words = new ArrayList<>(List.of(command.split(" ", -1)));
      Collections.addAll(words, arguments);
      return new Tool(tcti, pcrs, words.getFirst(), words.subList(1, words.size()));
    }

    /** Without a resource manager, what a tool loaded stays in one of the TPM's three places. */
    private void flushObjects() {
      if (!MANAGED.matcher(tcti).matches()) {
        tool("tpm2_flushcontext", "--transient-object").run();
      }
    }

    private String path(String name) {
      return scratch.file(name).toString();
    }

    /** A session of the TPM, ended on close. */
    private final class Session implements AutoCloseable {
      private final String file;

      /** A trial: it computes a policy and opens nothing. */
      Session(String name) {
        file = path(name);
        step("tpm2_startauthsession -g sha256", "-S", file);
      }

      /** Bound to the storage key and salted with it; parameters are encrypted both ways. */
      Session(String name, String kind) {
        file = path(name);
        step("tpm2_startauthsession -g sha256", kind, "-c", path("primary"), "-S", file);
        tool("tpm2_sessionconfig", file, "--enable-decrypt", "--enable-encrypt").run();
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
}
