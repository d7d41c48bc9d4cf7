package io.keymoor.kms.command;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

/** Rows under a header. Control characters in cells become question marks. */
final class Columns {
  private final List<List<String>> rows = new ArrayList<>();

  Columns(String... header) {
    rows.add(List.of(header));
  }

  void row(String... cells) {
    List<String> row = new ArrayList<>();
    for (String cell : cells) {
      row.add(cell.replaceAll("\\p{Cntrl}", "?"));
    }
    rows.add(row);
  }

  /** Prints the rows, or {@code none} when there is none. */
  void print(PrintWriter out, String none) {
    if (rows.size() == 1) {
      out.println(none);
      return;
    }
    int columns = rows.getFirst().size();
    int[] widths = new int[columns];
    for (List<String> row : rows) {
      for (int i = 0; i < columns; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < columns; i++) {
        line.append(row.get(i)).repeat(' ', widths[i] - row.get(i).length() + 2);
      }
      out.println(line.toString().stripTrailing());
    }
  }
}
