package io.keymoor.quickstart;

import java.util.ArrayList;
import java.util.List;

/** Breaks sentences into lines. */
final class Words {
  private Words() {}

  /** Lines of at most {@code width} characters, broken at spaces; longer words stay whole. */
  static List<String> wrapped(String text, int width) {
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder();
    for (String word : text.split("\\s+", -1)) {
      if (!line.isEmpty() && line.length() + 1 + word.length() > width) {
        lines.add(line.toString());
        line.setLength(0);
      }
      line.append(line.isEmpty() ? "" : " ").append(word);
    }
    lines.add(line.toString());
    return lines;
  }
}
