package io.keymoor.kms.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.keymoor.crypto.TlsIdentity;
import io.keymoor.kms.node.KmsNode;
import io.keymoor.kms.testing.TestCluster;
import io.keymoor.kms.testing.TestConnection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The OASIS KMIP 1.4 cases over real TLS. They are not part of the project (their copyright is
 * OASIS's); they are read from a folder beside it, and skipped by name where it is missing.
 */
class OasisCasesTest {
  private static final Path CASES = Path.of("../../shared/kmip/oasis-1.4");

  /** What each of these asks for excludes the others: it is the server's policy. */
  private static final Map<String, String> SEED_POLICIES =
      Map.of(
          "CS-RNG-O-2-14", "half",
          "CS-RNG-O-3-14", "none",
          "CS-RNG-O-4-14", "refuse");

  @TempDir private static Path directory;
  private static @Nullable TestCluster cluster;
  private static TlsIdentity client;
  private static final Map<String, KmsNode> NODES = new LinkedHashMap<>();

  @BeforeAll
  static void start() {
    Assumptions.assumeTrue(
        Files.isDirectory(CASES),
        "skipped: the OASIS KMIP 1.4 cases are not in " + CASES.toAbsolutePath().normalize());
    cluster = TestCluster.shared(directory);
    for (String policy : List.of("all", "half", "none", "refuse")) {
      NODES.put(policy, cluster.start("node-" + policy, "rng-seed = " + policy));
    }
    client = cluster.register("oasis");
  }

  @AfterAll
  static void stop() {
    if (cluster != null) {
      cluster.close();
    }
  }

  @Test
  void everyCasePasses() throws IOException {
    Map<String, List<String>> results = new LinkedHashMap<>();
    try (Stream<Path> files = Files.list(CASES)) {
      for (Path file : files.filter(it -> it.toString().endsWith(".xml")).sorted().toList()) {
        OasisCase one = OasisCase.read(file);
        results.put(one.name(), run(one));
      }
    }
    System.out.println(table(results));
    assertThat(results).isNotEmpty();
    assertThat(results.entrySet())
        .filteredOn(entry -> !entry.getValue().isEmpty())
        .as("cases that differ")
        .isEmpty();
  }

  private static List<String> run(OasisCase one) {
    KmsNode node = Objects.requireNonNull(NODES.get(SEED_POLICIES.getOrDefault(one.name(), "all")));
    try (TestConnection connection = TestConnection.open(node.kmip(), client)) {
      return one.run(connection);
    } catch (RuntimeException broken) {
      List<String> result = new ArrayList<>();
      result.add("broke: " + broken);
      return result;
    }
  }

  private static String table(Map<String, List<String>> results) {
    StringBuilder table = new StringBuilder("OASIS KMIP 1.4 cases\n");
    results.forEach((name, differences) ->
        table.append(
            String.format(
                "  %-24s %s%n",
                name, differences.isEmpty() ? "pass" : "FAIL " + differences.getFirst())));
    long passed = results.values().stream().filter(List::isEmpty).count();
    return table
        .append("  passed ")
        .append(passed)
        .append(" of ")
        .append(results.size())
        .toString();
  }
}
