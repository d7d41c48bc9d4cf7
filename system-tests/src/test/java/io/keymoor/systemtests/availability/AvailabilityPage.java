package io.keymoor.systemtests.availability;

import java.util.Arrays;
import java.util.stream.Collectors;

/** The page of the documentation that says what the table says. */
final class AvailabilityPage {
  private static final String HEAD =
      """
      # What works while something is away

      A cluster of three hosts over shared storage, one VM with an encrypted disk and a vTPM per type of provider. Every cell is
      tried by `AvailabilityTest` in `system-tests` on three real libvirt hosts, a manager and a KMS (`./check --availability`); this page
      is made from the same table, and a test fails when the two differ.

      Rules behind it: hosts keep the keys of all VMs of their cluster, so what starts or moves a VM needs neither KMS nor manager; what makes
      a new key needs the manager, and with a standard provider the KMS. A host that restarts has the keys of native providers on
      its own disk and gets the others from the KMS, through the manager. Commands of `keymoor` need the manager;
      `virsh` and `keymoor host adopt` do not. *Refused* has changed nothing. A command that the manager handed to a host in the moment in
      which that went away can't be refused, because the host may have begun it: its task stays open, the command says so, and it ends when
      the host is back.

      `./check --soak [MINUTES]` (30 unless told) plays these troubles and deeds at random, half of them so that the trouble comes while commands are on
      their way, with more VMs from round to round. After each trouble every task ends, no VM is lost, runs twice or stays locked, and nothing that is
      encrypted is on the datastore in clear; meanwhile whoever is refused reads a sentence, and a locked VM names its reason. At the end all hosts
      lose their power, and every VM starts with keys from where they are kept. The seed is shown; `-Dkeymoor.soak.seed=N` plays the same again.
      """;

  private AvailabilityPage() {}

  static String text() {
    StringBuilder page = new StringBuilder(HEAD);
    for (Kind kind : Kind.values()) {
      page.append("\n## With a ").append(kind.title()).append(" provider\n\n| away | ");
      page.append(Arrays.stream(Deed.values()).map(Deed::title).collect(Collectors.joining(" | ")));
      page.append(" |\n").append("|---".repeat(Deed.values().length + 1)).append("|\n");
      for (Trouble trouble : Trouble.values()) {
        page.append("| ").append(trouble.title()).append(" | ");
        page.append(
            Arrays.stream(Deed.values())
                .map(deed -> AvailabilityTable.of(kind, trouble, deed))
                .map(promise -> promise.outcome().text())
                .collect(Collectors.joining(" | ")));
        page.append(" |\n");
      }
    }
    page.append("\n## What one reads where something is refused\n\n");
    Arrays.stream(Kind.values())
        .flatMap(kind -> Arrays.stream(Trouble.values()).flatMap(trouble -> words(kind, trouble)))
        .distinct()
        .sorted()
        .forEach(words -> page.append("- \"… ").append(words).append(" …\"\n"));
    return page.toString();
  }

  private static java.util.stream.Stream<String> words(Kind kind, Trouble trouble) {
    return Arrays.stream(Deed.values())
        .map(deed -> AvailabilityTable.of(kind, trouble, deed).words())
        .filter(words -> !words.isEmpty());
  }
}
