package io.keymoor.cli.output;

import java.util.ArrayList;
import java.util.List;

/** Labelled values of one thing, one per line, aligned. Not thread-safe. */
public final class Facts {
  private record Fact(String label, String value) {}

  private final List<Fact> facts = new ArrayList<>();

  /** Adds a line; an empty value is left out. */
  public Facts add(String label, String value) {
    if (!value.isEmpty()) {
      facts.add(new Fact(label + ":", DisplayText.shown(value)));
    }
    return this;
  }

  public List<String> lines() {
    int width = facts.stream().mapToInt(fact -> DisplayText.width(fact.label())).max().orElse(0);
    return facts.stream()
        .map(fact -> DisplayText.padded(fact.label(), width) + "  " + fact.value())
        .toList();
  }
}
