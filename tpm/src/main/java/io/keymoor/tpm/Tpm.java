package io.keymoor.tpm;

import io.keymoor.secret.SecretBytes;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * The TPM 2.0 of this machine, as a keeper of small secrets.
 *
 * <p>Guarantees: what {@link #seal} made opens on the same TPM only, and under its {@link
 * SealCondition} only, which the TPM checks; the secret is encrypted on its way to and from the
 * chip (a session salted with the storage key, AES-128-CFB, TPM 2.0 library part 1, section 21),
 * and the storage key has to be the one that sealed, so that a device on the bus that plays another
 * TPM gets nothing; the secret goes through pipes, never through arguments or files. The TPM keeps
 * nothing but the counters that were asked for: the storage key is derived anew each time from the
 * owner's seed. Sealed objects are exempt from the dictionary-attack lockout: they have no password
 * that could be guessed.
 *
 * <p>A clearing of the TPM (its owner's seed is replaced) ends every sealed secret for good.
 *
 * <p>Thread-safe; one operation at a time in a process. Each starts ten to thirty programs, 0.1 to
 * 4 s.
 */
public final class Tpm {
  /** The usual TPM, behind the kernel's resource manager. */
  public static final String DEVICE = "device:/dev/tpmrm0";

  /** What a TPM seals at most, in bytes. */
  public static final int MOST_BYTES = 128;

  private static final Pattern TCTI = Pattern.compile("[a-z0-9-]+(:[\\x21-\\x7e]*)?");
  private static final ReentrantLock ONE_AT_A_TIME = new ReentrantLock();
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final String SEALED = "fixedtpm|fixedparent|noda|userwithauth";
  private static final String SEALED_WITH_POLICY = "fixedtpm|fixedparent|noda|adminwithpolicy";

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
      new Tool(tcti, SealCondition.NONE, "tpm2_getcap", List.of("properties-fixed")).run();
      return true;
    } catch (TpmException absent) {
      return false;
    } finally {
      ONE_AT_A_TIME.unlock();
    }
  }

  /** As {@link #seal(SecretBytes, SealCondition)}, with registers as the only condition. */
  public byte[] seal(SecretBytes secret, PcrSelection pcrs) {
    return seal(secret, SealCondition.of(pcrs));
  }

  /**
   * Seals {@code secret}, which stays open.
   *
   * @param secret 1 to {@link #MOST_BYTES} bytes
   * @param condition under what it opens
   * @return what {@link #unseal} takes; no secret
   */
  public byte[] seal(SecretBytes secret, SealCondition condition) {
    if (secret.length() < 1 || secret.length() > MOST_BYTES) {
      throw new IllegalArgumentException(
          "a TPM seals 1 to " + MOST_BYTES + " bytes, not " + secret.length());
    }
    return operate(condition, operation -> seal(operation, secret, condition).encode());
  }

  private static SealedBlob seal(Operation operation, SecretBytes secret, SealCondition condition) {
    byte[] primary = operation.primary();
    Policy policy = new Policy(operation, condition);
    Optional<byte[]> booted = condition.approver().map(_ -> policy.measured());
    List<String> create = new ArrayList<>();
    if (!condition.isEmpty()) {
      create.addAll(List.of("-L", policy.sealing(booted)));
    }
    try (Operation.Session session = operation.hmac()) {
      Collections.addAll(create, "-C", operation.path("primary"), "-P", session.reference());
      Collections.addAll(create, "-a", condition.isEmpty() ? SEALED : SEALED_WITH_POLICY);
      Collections.addAll(create, "-u", operation.path("public"), "-r", operation.path("private"));
      operation.tool("tpm2_create -Q -g sha256 -i -", create.toArray(String[]::new)).run(secret);
      operation.flushObjects();
    }
    return new SealedBlob(
        condition, booted, List.of(), primary, operation.read("public"), operation.read("private"));
  }

  /**
   * Opens what {@link #seal} made; the secret is the caller's.
   *
   * @throws TpmException each kind for its reason
   */
  public SecretBytes unseal(byte[] sealed) {
    SealedBlob blob = SealedBlob.decode(sealed);
    return operate(blob.condition(), operation -> unseal(operation, blob));
  }

  private static SecretBytes unseal(Operation operation, SealedBlob blob) {
    operation.requirePrimaryOf(blob);
    String object = operation.path("object");
    operation.step(
        "tpm2_load -Q",
        "-C",
        operation.path("primary"),
        "-u",
        operation.write("public", blob.publicArea()),
        "-r",
        operation.write("private", blob.privateArea()),
        "-c",
        object);
    boolean open = blob.condition().isEmpty();
    try (Operation.Session session = open ? operation.hmac() : operation.policy()) {
      if (!open) {
        new Policy(operation, blob.condition()).satisfy(session, blob);
      }
      SecretBytes secret =
          operation.tool("tpm2_unseal", "-c", object, "-p", session.reference()).secretOutput();
      operation.flushObjects();
      return secret;
    }
  }

  /** The conditions under which it opens. It is what the file says; the TPM checks its own. */
  public static SealCondition conditionOf(byte[] sealed) {
    return SealedBlob.decode(sealed).condition();
  }

  /**
   * What an approver has to sign for the registers' present values: their policy digest, 32 bytes.
   * The same on every machine that measured the same.
   */
  public byte[] measured(PcrSelection pcrs) {
    SealCondition condition = SealCondition.of(pcrs);
    return operate(condition, operation -> new Policy(operation, condition).measured());
  }

  /**
   * The blob with an approval in it: it opens also where the registers are as that says. The TPM is
   * not asked.
   *
   * @throws TpmException.NotApproved when the blob has no approver, or the signature is another's
   */
  public static byte[] approve(byte[] sealed, Approval approval) {
    SealedBlob blob = SealedBlob.decode(sealed);
    Approver approver =
        blob.condition()
            .approver()
            .orElseThrow(
                () -> new TpmException.NotApproved("nobody was named who might approve anything"));
    if (!approver.signed(approval)) {
      throw new TpmException.NotApproved(
          "the signature over it is not of the approver who was named when it was sealed");
    }
    return blob.with(approval).encode();
  }

  /** Makes a counter, for a blob that opens with its value of now. It stays in the TPM. */
  public CounterBound newCounter() {
    int index = CounterBound.FIRST + RANDOM.nextInt(CounterBound.LAST - CounterBound.FIRST + 1);
    return operate(
        SealCondition.NONE,
        operation -> {
          operation.primary();
          Counter counter = new Counter(operation, new CounterBound(index, 1).handle());
          counter.make();
          return new CounterBound(index, counter.value());
        });
  }

  /**
   * For the blob that is to follow {@code sealed}: it opens now, and when {@link #advance} was
   * called with it, {@code sealed} does not open any more. Absent when the blob has no counter
   * here: its TPM is another one, or the counter is gone.
   *
   * <p>Where {@link #advance} is still due for {@code sealed} that is done first, so {@code sealed}
   * has to be on stable storage: else both would be sealed for one value, and whoever copied the
   * former could open it as long as the latter.
   */
  public Optional<CounterBound> successor(byte[] sealed) {
    SealedBlob blob = SealedBlob.decode(sealed);
    if (blob.condition().counter().isEmpty()) {
      return Optional.empty();
    }
    int index = blob.condition().counter().get().index();
    try {
      return Optional.of(
          operate(
              blob.condition(),
              operation -> {
                advance(operation, blob);
                return new CounterBound(index, counter(operation, blob).value() + 1);
              }));
    } catch (TpmException.Foreign | TpmException.CounterGone gone) {
      return Optional.empty();
    }
  }

  /**
   * Ends the life of what was sealed before this blob, for good. Nothing happens when that was done
   * before, or there is no counter; may be repeated after any interruption.
   */
  public void advance(byte[] sealed) {
    SealedBlob blob = SealedBlob.decode(sealed);
    blob.condition()
        .counter()
        .ifPresent(_ -> operate(blob.condition(), operation -> advance(operation, blob)));
  }

  private static boolean advance(Operation operation, SealedBlob blob) {
    Counter counter = counter(operation, blob);
    boolean due = counter.value() < blob.condition().counter().orElseThrow().highest();
    if (due) {
      counter.increment();
    }
    return due;
  }

  /** Removes the blob's counter from the TPM, and with it the blob's way to open. */
  public void removeCounter(byte[] sealed) {
    SealedBlob blob = SealedBlob.decode(sealed);
    if (blob.condition().counter().isPresent()) {
      operate(
          blob.condition(),
          operation -> {
            counter(operation, blob).remove();
            return true;
          });
    }
  }

  private static Counter counter(Operation operation, SealedBlob blob) {
    operation.requirePrimaryOf(blob);
    return new Counter(operation, blob.condition().counter().orElseThrow().handle());
  }

  /** What it shows to somebody who is to believe that it is a TPM ({@code tpm.credential}). */
  public Endorsement endorsement() {
    return endorsing(Endorsing::show);
  }

  /**
   * The secret in a challenge, which only this TPM finds, and for that endorsement only.
   *
   * @param credential a TPM2B_ID_OBJECT
   * @param seed a TPM2B_ENCRYPTED_SECRET
   * @throws TpmException.NotForThisTpm when the challenge is for another
   */
  public byte[] answer(Endorsement shown, byte[] credential, byte[] seed) {
    return endorsing(endorsing -> endorsing.answer(shown, credential, seed));
  }

  private <T> T endorsing(Function<Endorsing, T> steps) {
    try {
      return operate(SealCondition.NONE, operation -> steps.apply(new Endorsing(operation)));
    } catch (TpmException.Foreign notForIt) {
      throw new TpmException.NotForThisTpm(notForIt);
    } catch (TpmException.OwnerPassword password) {
      throw new TpmException.EndorsementPassword(password);
    }
  }

  private <T> T operate(SealCondition condition, Function<Operation, T> steps) {
    ONE_AT_A_TIME.lock();
    try (Scratch scratch = Scratch.create()) {
      return steps.apply(new Operation(tcti, scratch, condition));
    } finally {
      ONE_AT_A_TIME.unlock();
    }
  }
}
