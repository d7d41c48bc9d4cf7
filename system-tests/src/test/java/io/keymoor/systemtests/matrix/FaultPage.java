package io.keymoor.systemtests.matrix;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** The page of the documentation that says what the table says. */
final class FaultPage {
  private static final String HEAD =
"""
      # When the KMS fails

      What a standard key provider's users see while its KMS of two nodes ails. Every cell is tried by
      `KmsFaultMatrixTest` in `system-tests` on a real manager, host, libvirt and KMS; this page is made from the
      same table, and a test fails when the two differ.

      Rules behind it: hosts keep the keys of all VMs of their cluster in memory, so power-offs, reboots of guests and
      restarts of the agent need no KMS; a rebooted host gets its keys from the manager, which gets them from the KMS; a new
      key has to come from the KMS before anything is begun with it. What is refused has changed nothing. Another disk of a
      VM is encrypted under the key that the VM has. A slow node takes a sixth of the provider's `--timeout` for every
answer: 5 of the usual 30 seconds.

""";

  private FaultPage() {}

  static String text() {
    StringBuilder page = new StringBuilder(HEAD);
    page.append("| fault | ")
        .append(
            Arrays.stream(Action.values()).map(Action::title).collect(Collectors.joining(" | ")))
        .append(" |\n");
    page.append("|---".repeat(Action.values().length + 1)).append("|\n");
    for (Fault fault : Fault.values()) {
      page.append("| ").append(fault.title()).append(" | ");
      page.append(
          Arrays.stream(Action.values())
              .map(action -> FaultTable.expected(fault, action).outcome().text())
              .collect(Collectors.joining(" | ")));
      page.append(" |\n");
    }
    page.append("\n## What one reads\n");
    Arrays.stream(Fault.values()).forEach(fault -> page.append(section(fault)));
    return page.toString();
  }

  private static String section(Fault fault) {
    List<String> lines = new ArrayList<>();
    for (Action action : Action.values()) {
      Expected expected = FaultTable.expected(fault, action);
      if (!expected.words().isEmpty()) {
        lines.add(
            "- "
                + action.title()
                + ": \"… "
                + String.join(" … ", expected.words()).replace("…  …", "…")
                + " …\"");
      }
    }
    String told = lines.isEmpty() ? "Nothing: all works.\n" : String.join("\n", lines) + "\n";
    return "\n### " + fault.title() + "\n\n" + told;
  }
}
