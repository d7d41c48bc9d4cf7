package io.keymoor.kms.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.keymoor.crypto.TlsIdentity;
import io.keymoor.kmip.codec.ProtocolVersion;
import io.keymoor.kms.node.KmsNode;
import io.keymoor.kms.testing.TestCluster;
import io.keymoor.kms.testing.TestConnection;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
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
  void everyCasePasses() {
    Map<String, List<String>> results = run(ProtocolVersion.V1_4, client);
    assertThat(results).isNotEmpty();
    assertPassed(results);
  }

  /**
   * There are no cases of other versions here; what these cases ask holds in those just as well.
   */
  @Test
  void everyCaseThatAnotherVersionCanSayPassesInThatVersion() {
    Map<ProtocolVersion, Integer> sayable =
        Map.of(ProtocolVersion.V1_0, 26, ProtocolVersion.V1_2, 55, ProtocolVersion.V2_1, 75);
    sayable.forEach((version, count) -> {
      Map<String, List<String>> results = run(version, cluster().register("oasis-" + version));
      assertThat(results).as("KMIP " + version).hasSize(count);
      assertPassed(results);
    });
  }

  private static void assertPassed(Map<String, List<String>> results) {
    assertThat(results.entrySet())
        .filteredOn(entry -> !entry.getValue().isEmpty())
        .as("cases that differ")
        .isEmpty();
  }

  private static TestCluster cluster() {
    return Objects.requireNonNull(cluster);
  }

  private static Map<String, List<String>> run(ProtocolVersion version, TlsIdentity client) {
    Map<String, List<String>> results = new LinkedHashMap<>();
    try (Stream<Path> files = Files.list(CASES)) {
      for (Path file : files.filter(it -> it.toString().endsWith(".xml")).sorted().toList()) {
        OasisCase one = OasisCase.read(file);
        // The third goes on with what the second made.
        if (!one.name().startsWith("TL-M-3") || results.containsKey("TL-M-2-14")) {
          run(one, version, client).ifPresent(differences -> results.put(one.name(), differences));
        }
      }
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
    System.out.println(table(version, results));
    return results;
  }

  private static Optional<List<String>> run(
      OasisCase one, ProtocolVersion version, TlsIdentity client) {
    KmsNode node = Objects.requireNonNull(NODES.get(SEED_POLICIES.getOrDefault(one.name(), "all")));
    try (TestConnection connection = TestConnection.open(node.kmip(), client)) {
      return one.run(connection, version);
    } catch (RuntimeException broken) {
      return Optional.of(List.of("broke: " + broken));
    }
  }

  private static String table(ProtocolVersion version, Map<String, List<String>> results) {
    StringBuilder table = new StringBuilder("OASIS KMIP 1.4 cases in KMIP " + version + "\n");
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
