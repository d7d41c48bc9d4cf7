package io.keymoor.tpm;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is kept of a sealed secret. It is no secret itself: only the TPM opens it.
 *
 * <pre>
 *   keymoor-tpm-sealed 1
 *   pcrs 0,7                     sha256 bank; nothing after "pcrs" for no condition
 *   primary BASE64               TPM2B_PUBLIC of the storage key it lies under
 *   public BASE64                TPM2B_PUBLIC of the sealed object, as tpm2_create -u writes it
 *   private BASE64               TPM2B_PRIVATE, as tpm2_create -r writes it
 * </pre>
 *
 * <p>Version 2, which is written where a counter or an approver is among the conditions, adds:
 *
 * <pre>
 *   counter INDEX HIGHEST        opens while the counter is not beyond this; decimal
 *   approver BASE64              SubjectPublicKeyInfo of a P-256 key
 *   booted BASE64                with an approver: the registers' policy digest when it was sealed
 *   approval BASE64 BASE64       another policy digest and the approver's signature; up to 16
 * </pre>
 *
 * <p>The object's policy is PolicyPCR, or with an approver PolicyOR of "booted" and
 * PolicyAuthorize; then PolicyNV(counter, unsigned, not above HIGHEST).
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared as a record.
record SealedBlob(
    SealCondition condition,
    Optional<byte[]> booted,
    List<Approval> approvals,
    byte[] primary,
    byte[] publicArea,
    byte[] privateArea) {
  private static final String MAGIC = "keymoor-tpm-sealed";
  private static final String FIRST = MAGIC + " 1";
  private static final String SECOND = MAGIC + " 2";
  private static final int MOST_BYTES = 16 * 1024;
  private static final int MOST_APPROVALS = 16;

  SealedBlob {
    approvals = List.copyOf(approvals);
    if (condition.approver().isPresent() != booted.isPresent()
        || approvals.size() > MOST_APPROVALS) {
      throw new IllegalArgumentException("an approver goes with what was booted");
    }
  }

  byte[] encode() {
    Base64.Encoder base64 = Base64.getEncoder();
    boolean second = condition.counter().isPresent() || condition.approver().isPresent();
    List<String> lines = new ArrayList<>();
    lines.add(second ? SECOND : FIRST);
    lines.add(("pcrs " + condition.pcrs().text()).strip());
    condition.counter().ifPresent(bound -> lines.add("counter " + bound.text()));
    condition.approver().ifPresent(approver -> lines.add("approver " + approver.key()));
    booted.ifPresent(digest -> lines.add("booted " + base64.encodeToString(digest)));
    approvals.forEach(approval -> lines.add("approval " + approval.text()));
    lines.add("primary " + base64.encodeToString(primary));
    lines.add("public " + base64.encodeToString(publicArea));
    lines.add("private " + base64.encodeToString(privateArea));
    lines.add("");
    return String.join("\n", lines).getBytes(US_ASCII);
  }

  static SealedBlob decode(byte[] bytes) {
    if (bytes.length > MOST_BYTES) {
      throw new TpmException.Damaged("it has " + bytes.length + " bytes, too many");
    }
    List<String> lines = Arrays.asList(new String(bytes, US_ASCII).split("\n", -1));
    if (!lines.getFirst().equals(FIRST) && !lines.getFirst().equals(SECOND)) {
      throw new TpmException.Damaged(
          lines.getFirst().startsWith(MAGIC + " ")
              ? "it was written by newer software"
              : "it does not begin with \"" + MAGIC + "\"");
    }
    Map<String, List<String>> fields = new HashMap<>();
    for (String line : lines.subList(1, lines.size())) {
      int space = line.indexOf(' ');
      fields
          .computeIfAbsent(space < 0 ? line : line.substring(0, space), _ -> new ArrayList<>())
          .add(space < 0 ? "" : line.substring(space + 1));
    }
    try {
      return of(fields);
    } catch (IllegalArgumentException malformed) {
      throw new TpmException.Damaged("a line of it is malformed", malformed);
    }
  }

  private static SealedBlob of(Map<String, List<String>> fields) {
    return new SealedBlob(
        new SealCondition(
            PcrSelection.parse(text(fields, "pcrs")),
            optional(fields, "approver").map(Approver::new),
            optional(fields, "counter").map(CounterBound::parse)),
        optional(fields, "booted").map(Base64.getDecoder()::decode),
        fields.getOrDefault("approval", List.of()).stream().map(Approval::parse).toList(),
        bytes(fields, "primary"),
        bytes(fields, "public"),
        bytes(fields, "private"));
  }

  /** With one approval more; of too many the oldest goes. */
  SealedBlob with(Approval approval) {
    List<Approval> more = new ArrayList<>(approvals);
    more.removeIf(former -> Arrays.equals(former.policy(), approval.policy()));
    more.add(approval);
    return new SealedBlob(
        condition,
        booted,
        more.subList(Math.max(0, more.size() - MOST_APPROVALS), more.size()),
        primary,
        publicArea,
        privateArea);
  }

  boolean liesUnder(byte[] presentPrimary) {
    return Arrays.equals(primary, presentPrimary);
  }

  private static Optional<String> optional(Map<String, List<String>> fields, String name) {
    return fields.getOrDefault(name, List.of()).stream().findFirst();
  }

  private static String text(Map<String, List<String>> fields, String name) {
    return optional(fields, name)
        .orElseThrow(() -> new TpmException.Damaged("the line \"" + name + "\" is missing"));
  }

  private static byte[] bytes(Map<String, List<String>> fields, String name) {
    byte[] bytes = Base64.getDecoder().decode(text(fields, name));
    if (bytes.length == 0) {
      throw new TpmException.Damaged("the line \"" + name + "\" is empty");
    }
    return bytes;
  }
}
