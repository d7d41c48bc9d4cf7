package io.keymoor.tpm;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a tool's standard error means, by the TPM's response code (TPM 2.0 library, part 2, section
 * 6.6) where there is one: format-one codes carry the number of a parameter or session, which is
 * masked away.
 */
final class ToolComplaint {
  private static final Pattern RESPONSE_CODE =
      Pattern.compile("ErrorCode \\(0x([0-9a-fA-F]{8})\\)");
  private static final int FORMAT_ONE = 0x080;
  private static final int FORMAT_ONE_ERROR = 0x0bf;
  private static final int INTEGRITY = 0x09f;
  private static final int AUTH_FAIL = 0x08e;
  private static final int BAD_AUTH = 0x0a2;
  private static final int POLICY_FAIL = 0x09d;
  private static final int PCR_CHANGED = 0x128;
  private static final int LOCKOUT = 0x921;
  private static final int HANDLE = 0x08b;
  private static final int NV_UNINITIALIZED = 0x14a;
  private static final int NV_SPACE = 0x14b;
  private static final int AUTH_UNAVAILABLE = 0x12f;
  private static final int COMPARISON_FAILED = 0x126;
  private static final int LARGEST_QUOTE = 300;

  private ToolComplaint() {}

  static TpmException of(String tool, String tcti, SealCondition condition, String errors) {
    if (errors.contains("Could not load tcti")) {
      return new TpmException.Absent(tcti);
    }
    Matcher matcher = RESPONSE_CODE.matcher(errors);
    int code = matcher.find() ? Integer.parseUnsignedInt(matcher.group(1), 16) : 0;
    int error = (code & FORMAT_ONE) != 0 ? code & FORMAT_ONE_ERROR : code;
    return switch (error) {
      case INTEGRITY -> new TpmException.Foreign();
      case AUTH_FAIL, BAD_AUTH -> new TpmException.OwnerPassword();
      case POLICY_FAIL, PCR_CHANGED ->
          condition.pcrs().isEmpty()
              ? new TpmException.CounterGone()
              : new TpmException.PcrsChanged(condition.pcrs());
      case LOCKOUT -> new TpmException.Locked();
      case COMPARISON_FAILED -> new TpmException.RolledBack();
      case NV_SPACE -> new TpmException.NoRoom();
      case HANDLE, NV_UNINITIALIZED, AUTH_UNAVAILABLE ->
          tool.contains("nv")
              ? new TpmException.CounterGone()
              : new TpmException.Failed(tool, words(errors));
      default -> new TpmException.Failed(tool, words(errors));
    };
  }

  private static String words(String errors) {
    String words =
        errors
            .lines()
            .filter(line -> line.startsWith("ERROR"))
            .map(line -> line.substring(line.indexOf(':') + 1).strip())
            .reduce("", (said, line) -> said.isEmpty() ? line : said + "; " + line);
    return words.length() > LARGEST_QUOTE ? words.substring(0, LARGEST_QUOTE) + "…" : words;
  }
}
