package io.keymoor.manager.domain.overview;

import static org.assertj.core.api.Assertions.assertThat;

import io.keymoor.crypto.KeyCheckValue;
import io.keymoor.manager.domain.overview.TheftReport.Exposure;
import io.keymoor.manager.domain.overview.TheftReport.Finding;
import io.keymoor.provider.ProviderName;
import io.keymoor.provider.catalog.ProviderEntry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/**
 * The table in {@code docs/threat-model.md} is what the theft report says. After a change have it
 * written anew with {@code -Dkeymoor.page.write=true}.
 */
class TheftPageTest {
  private static final Path PAGE = Path.of("..", "docs", "threat-model.md");
  private static final String BEGIN =
      "<!-- The theft report's own words; TheftPageTest writes them. -->\n";
  private static final String END = "<!-- Until here. -->\n";

  @Test
  void theThreatModelSaysWhatTheReportSays() throws IOException {
    String page = Files.readString(PAGE);
    int begin = page.indexOf(BEGIN) + BEGIN.length();
    int end = page.indexOf(END);
    assertThat(begin).as("the place in the page").isLessThanOrEqualTo(end);
    if (Boolean.getBoolean("keymoor.page.write")) {
      Files.writeString(PAGE, page.substring(0, begin) + table() + page.substring(end));
    } else {
      assertThat(page.substring(begin, end)).isEqualTo(table());
    }
  }

  private static String table() {
    KeyCheckValue check = new KeyCheckValue("00112233445566778899aabbccddeeff".substring(0, 16));
    ProviderEntry.Kind open = new ProviderEntry.Native(false, check, Optional.empty());
    ProviderEntry.Kind bound = new ProviderEntry.Native(true, check, Optional.empty());
    ProviderEntry.Kind standard = new ProviderEntry.Standard(new ProviderEntry.KeyPerObject());
    StringBuilder table =
        new StringBuilder("| provider | the host's TPM | a thief needs | why | what changes it |\n")
            .append("|---|---|---|---|---|\n");
    row(table, "native", "not used", open, true, false);
    row(table, "native", "seals the configuration", open, true, true);
    row(table, "native, only hosts with a TPM", "not used", bound, false, false);
    row(table, "standard", "either", standard, true, false);
    return table.toString();
  }

  private static void row(
      StringBuilder table,
      String type,
      String tpm,
      ProviderEntry.Kind kind,
      boolean present,
      boolean sealed) {
    ProviderEntry entry =
        new ProviderEntry(UUID.randomUUID(), new ProviderName("p"), List.of(), kind, Instant.EPOCH);
    Finding finding = Theft.provider(new Theft.Holding(entry, present), sealed, List.of());
    table.append(
        "| %s | %s | %s | %s | %s |\n"
            .formatted(
                type,
                tpm,
                needed(finding.exposure()),
                finding.reason(),
                finding.remedy().isEmpty() ? "nothing needs to" : finding.remedy()));
  }

  private static String needed(Exposure exposure) {
    return switch (exposure) {
      case DISKS -> "its disks";
      case WHOLE_HOST -> "the whole machine";
      case UNKNOWN -> "not known";
      case CLOSED -> "can't";
    };
  }
}
