package io.keymoor.quickstart;

import io.keymoor.cli.output.Quantity;
import io.keymoor.cli.output.Style;
import io.keymoor.cli.output.Table;
import io.keymoor.cli.output.Terminal;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** Runs steps in order, prints each with its proof and its time, and sums up. Not thread-safe. */
final class Story {
  private final List<Chapter> chapters;
  private final InstantSource clock;
  private final PrintWriter out;
  private final Style style;
  private final List<Told> told = new ArrayList<>();

  /**
   * One step of it.
   *
   * @param title what is done
   * @param act does it and gives the proof
   */
  record Chapter(String title, Supplier<String> act) {}

  private record Told(String title, Duration took, String proof) {}

  Story(List<Chapter> chapters, Terminal terminal, InstantSource clock) {
    this.chapters = List.copyOf(chapters);
    this.clock = clock;
    this.out = terminal.out();
    this.style = terminal.style();
  }

  /**
   * Runs every step.
   *
   * @throws io.keymoor.quickstart.scene.StoryFailed at the first that fails; the rest is not run
   */
  void run() {
    for (int i = 0; i < chapters.size(); i++) {
      Chapter chapter = chapters.get(i);
      out.println(style.strong(number(i) + " " + chapter.title()));
      out.flush();
      Instant start = clock.instant();
      String proof = chapter.act().get();
      Duration took = Duration.between(start, clock.instant());
      told.add(new Told(chapter.title(), took, proof));
      for (String line : Words.wrapped(proof, 92)) {
        out.println("        " + line);
      }
      out.println("        " + style.good("done") + style.faint(" in " + Quantity.elapsed(took)));
      out.flush();
    }
  }

  /** The table of what was done. */
  void printSummary() {
    Table table = new Table("STEP", "WHAT", "TIME", "RESULT");
    Duration total = Duration.ZERO;
    for (int i = 0; i < told.size(); i++) {
      Told one = told.get(i);
      total = total.plus(one.took());
      table.row(String.valueOf(i + 1), one.title(), Quantity.elapsed(one.took()), "done");
    }
    out.println();
    table.lines(style).forEach(out::println);
    out.println();
    out.println(
        style.good(told.size() + " of " + chapters.size() + " steps done")
            + " in "
            + Quantity.elapsed(total)
            + ", every one on real parts.");
    out.flush();
  }

  private String number(int index) {
    String text = (index + 1) + "/" + chapters.size();
    return "[" + " ".repeat(Math.max(0, 5 - text.length())) + text + "]";
  }
}
