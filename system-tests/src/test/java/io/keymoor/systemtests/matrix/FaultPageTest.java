package io.keymoor.systemtests.matrix;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/**
 * The page in {@code docs} says what is tried. After a change of the table, have it written anew
 * with {@code -Dkeymoor.page.write=true}.
 */
class FaultPageTest {
  private static final Path PAGE = Path.of("..", "docs", "kms-failures.md");

  @Test
  void thePageSaysWhatTheTableSays() throws IOException {
    if (Boolean.getBoolean("keymoor.page.write")) {
      Files.writeString(PAGE, FaultPage.text());
    }
    assertThat(PAGE).usingCharset("UTF-8").hasContent(FaultPage.text());
  }
}
