package io.keymoor.tpm;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A {@link SealCondition} as a policy of the TPM (TPM 2.0 library, part 1, section 19.7): computed
 * in a trial session when a secret is sealed, satisfied in a real one when it is opened.
 *
 * @param operation whose TPM and files it uses
 * @param condition what it says
 */
record Policy(Operation operation, SealCondition condition) {
  /** The file with the policy's digest. */
  String sealing(Optional<byte[]> booted) {
    Optional<String> branches = booted.map(this::branches);
    try (Operation.Session trial = operation.trial()) {
      if (!condition.pcrs().isEmpty()) {
        registers(trial);
      }
      branches.ifPresent(list -> either(trial, list));
      condition.counter().ifPresent(bound -> counter(trial, bound));
      // Whichever step was the last one, this is the digest of all.
      operation.step("tpm2_getpolicydigest -Q", "-S", trial.file(), "-o", operation.path("policy"));
      return operation.path("policy");
    }
  }

  /** The digest of the registers as they are now. */
  byte[] measured() {
    try (Operation.Session trial = operation.trial()) {
      return registers(trial);
    }
  }

  /** Makes {@code session} one that opens the blob's object. */
  void satisfy(Operation.Session session, SealedBlob blob) {
    Optional<String> branches = blob.booted().map(this::branches);
    if (!condition.pcrs().isEmpty()) {
      byte[] now = registers(session);
      blob.booted()
          .filter(booted -> !Arrays.equals(booted, now))
          .ifPresent(_ -> authorize(session, approval(blob, now)));
    }
    branches.ifPresent(list -> either(session, list));
    condition.counter().ifPresent(bound -> counter(session, bound));
  }

  private byte[] registers(Operation.Session session) {
    operation.step(
        "tpm2_policypcr -Q",
        "-S",
        session.file(),
        "-l",
        "sha256:" + condition.pcrs().text(),
        "-L",
        operation.path("measured"));
    return operation.read("measured");
  }

  private Approval approval(SealedBlob blob, byte[] now) {
    return blob.approvals().stream()
        .filter(approval -> Arrays.equals(approval.policy(), now))
        .findFirst()
        .orElseThrow(() -> new TpmException.PcrsChanged(condition.pcrs()));
  }

  /** "Booted as when it was sealed, or as the approver signed": the two digests, for PolicyOR. */
  private String branches(byte[] booted) {
    String now = operation.write("booted", booted);
    loadApprover();
    operation.flushObjects();
    try (Operation.Session trial = operation.trial()) {
      operation.step(
          "tpm2_policyauthorize -Q",
          "-S",
          trial.file(),
          "-i",
          now,
          "-n",
          operation.path("approver.name"),
          "-L",
          operation.path("authorized"));
    }
    return "sha256:" + now + "," + operation.path("authorized");
  }

  private void either(Operation.Session session, String branches) {
    operation.step("tpm2_policyor -Q", "-S", session.file(), branches);
  }

  private void loadApprover() {
    String key =
        operation.write(
            "approver.pem", condition.approver().orElseThrow().pem().getBytes(US_ASCII));
    operation
        .tool(
            "tpm2_loadexternal -Q -C o -G ecc",
            "-u",
            key,
            "-c",
            operation.path("approver"),
            "-n",
            operation.path("approver.name"))
        .run();
  }

  private void authorize(Operation.Session session, Approval approval) {
    loadApprover();
    operation.flushObjects();
    String policy = operation.write("approved", approval.policy());
    operation.step(
        "tpm2_verifysignature -g sha256 -f ecdsa",
        "-c",
        operation.path("approver"),
        "-m",
        policy,
        "-s",
        operation.write("signature", approval.signature()),
        "-t",
        operation.path("ticket"));
    operation.step(
        "tpm2_policyauthorize -Q",
        "-S",
        session.file(),
        "-i",
        policy,
        "-n",
        operation.path("approver.name"),
        "-t",
        operation.path("ticket"));
  }

  private void counter(Operation.Session session, CounterBound bound) {
    String highest =
        operation.write(
            "highest", ByteBuffer.allocate(Long.BYTES).putLong(bound.highest()).array());
    operation.step(
        "tpm2_policynv -Q",
        List.of("-S", session.file(), "-C", bound.handle(), "-i", highest, bound.handle(), "ule")
            .toArray(String[]::new));
  }
}
