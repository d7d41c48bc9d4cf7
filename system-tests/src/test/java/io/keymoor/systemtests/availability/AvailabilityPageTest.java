package io.keymoor.systemtests.availability;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/**
 * The page in {@code docs} says what is tried. After a change of the table, have it written anew
 * with {@code -Dkeymoor.page.write=true}.
 */
class AvailabilityPageTest {
  private static final Path PAGE = Path.of("..", "docs", "availability.md");

  @Test
  void thePageSaysWhatTheTableSays() throws IOException {
    if (Boolean.getBoolean("keymoor.page.write")) {
      Files.writeString(PAGE, AvailabilityPage.text());
    }
    assertThat(PAGE).usingCharset("UTF-8").hasContent(AvailabilityPage.text());
  }
}
