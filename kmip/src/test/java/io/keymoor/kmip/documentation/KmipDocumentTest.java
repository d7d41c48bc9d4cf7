package io.keymoor.kmip.documentation;

import static org.assertj.core.api.Assertions.assertThat;

import io.keymoor.kmip.attribute.AttributeType;
import io.keymoor.kmip.attribute.AttributeTypes;
import io.keymoor.kmip.operation.Operations;
import io.keymoor.kmip.vocabulary.ObjectType;
import io.keymoor.kmip.vocabulary.Operation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The tables of docs/kmip.md are the code's; a failure prints the rows as they should be. */
class KmipDocumentTest {
  private static final Path DOCUMENT = Path.of("..", "docs", "kmip.md");

  @Test
  void everyOperationHasItsRow() throws IOException {
    assertRows(Operation.KIND.values().stream().map(KmipDocumentTest::row).toList());
  }

  @Test
  void everyAttributeHasItsRow() throws IOException {
    assertRows(
        AttributeTypes.all().stream()
            // Twenty-four parts of certificates' names share one row in the document.
            .filter(type -> !type.name().matches("Certificate (Subject|Issuer) .+"))
            .map(KmipDocumentTest::row)
            .toList());
  }

  private static void assertRows(List<String> rows) throws IOException {
    List<String> document = Files.readAllLines(DOCUMENT);
    assertThat(document)
        .as("rows of docs/kmip.md:%n%s%n", String.join("\n", rows))
        .containsAll(rows);
  }

  private static String row(Operation operation) {
    return String.format(
        "| %s | %s | %s |",
        operation, operation.since(), Operations.isTyped(operation) ? "typed" : "as it stands");
  }

  private static String row(AttributeType<?> type) {
    return String.format(
        "| %s | %s | %s | %s | %s | %s | %s |",
        type.name(),
        versions(type),
        type.isMultiple() ? "yes" : "",
        switch (type.clientSets()) {
          case NEVER -> "";
          case AT_CREATION -> "at creation";
          case ANY_TIME -> "yes";
        },
        type.clientModifies() ? "yes" : "",
        type.clientDeletes() ? "yes" : "",
        objects(type));
  }

  private static String versions(AttributeType<?> type) {
    return type.since() + type.until().map(last -> " to " + last).orElse(" on");
  }

  private static String objects(AttributeType<?> type) {
    return type.objectTypes().equals(ObjectType.KIND.values())
        ? "all"
        : type.objectTypes().stream().map(ObjectType::name).collect(Collectors.joining(", "));
  }
}
