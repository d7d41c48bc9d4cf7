package io.keymoor.host.config;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.keymoor.tpm.Approver;
import io.keymoor.tpm.PcrSelection;
import io.keymoor.tpm.SealCondition;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * On what terms the host's TPM gives the sealing key. As lines of {@link TpmSeal}'s file; what is
 * sealed holds their digest, so that nobody else changes them. Immutable.
 *
 * @param pcrs the registers that have to be as they were; of a suspended seal those that it is to
 *     have again
 * @param approver who may sign that other values of them are as good
 * @param suspendedIn the boot in which an administrator suspended the registers, until the next one
 */
public record TpmTerms(PcrSelection pcrs, Optional<Approver> approver, Optional<UUID> suspendedIn) {
  private static final String PCRS = "pcrs";
  private static final String APPROVER = "approver";
  private static final String SUSPENDED = "suspended";

  public TpmTerms {
    if (pcrs.isEmpty() && (approver.isPresent() || suspendedIn.isPresent())) {
      throw new IllegalArgumentException("there are no registers to approve or to suspend");
    }
  }

  /** These registers, and nobody who approves others. */
  public static TpmTerms of(PcrSelection pcrs) {
    return new TpmTerms(pcrs, Optional.empty(), Optional.empty());
  }

  TpmTerms suspended(UUID boot) {
    return new TpmTerms(pcrs, approver, Optional.of(boot));
  }

  TpmTerms resumed() {
    return new TpmTerms(pcrs, approver, Optional.empty());
  }

  /** What the TPM is to check; the counter comes with each sealing. */
  SealCondition condition() {
    return suspendedIn.isPresent()
        ? SealCondition.NONE
        : new SealCondition(pcrs, approver, Optional.empty());
  }

  /** As they stand in the file, and are digested. */
  byte[] encode() {
    List<String> lines = new ArrayList<>();
    lines.add((PCRS + " " + pcrs.text()).strip());
    approver.ifPresent(key -> lines.add(APPROVER + " " + key.key()));
    suspendedIn.ifPresent(boot -> lines.add(SUSPENDED + " " + boot));
    lines.add("");
    return String.join("\n", lines).getBytes(US_ASCII);
  }

  /**
   * Reads what {@link #encode} wrote.
   *
   * @throws IllegalArgumentException when it is something else
   */
  static TpmTerms decode(List<String> lines) {
    PcrSelection pcrs = PcrSelection.NONE;
    Optional<Approver> approver = Optional.empty();
    Optional<UUID> suspendedIn = Optional.empty();
    for (String line : lines) {
      String[] words = line.split(" ", 2);
      String value = words.length < 2 ? "" : words[1];
      switch (words[0]) {
        case PCRS -> pcrs = PcrSelection.parse(value);
        case APPROVER -> approver = Optional.of(new Approver(value));
        case SUSPENDED -> suspendedIn = Optional.of(UUID.fromString(value));
        default -> throw new IllegalArgumentException("an unknown line");
      }
    }
    return new TpmTerms(pcrs, approver, suspendedIn);
  }
}
