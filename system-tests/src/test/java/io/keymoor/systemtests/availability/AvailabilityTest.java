package io.keymoor.systemtests.availability;

import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * Every deed while everything that can be away is, for both types of provider. The property is
 * "true", or the names of some troubles.
 */
@EnabledIfSystemProperty(
    named = "keymoor.availability",
    matches = ".+",
    disabledReason = "takes many minutes: ./check --availability")
class AvailabilityTest {
  private static Stage stage;

  @BeforeAll
  static void raise() {
    stage = Stage.raised();
    stage.cast().make(stage.scene().host(1));
  }

  @AfterAll
  static void tearDown() {
    if (stage != null) {
      stage.close();
    }
  }

  private static boolean wanted(Trouble trouble) {
    String names = System.getProperty("keymoor.availability", "");
    return names.equals("true") || Arrays.asList(names.split(",", -1)).contains(trouble.name());
  }

  @TestFactory
  Stream<DynamicContainer> whatIsPromisedComesTrue() {
    return Arrays.stream(Trouble.values())
        .filter(AvailabilityTest::wanted)
        .map(trouble -> dynamicContainer(trouble.title(), tests(new Round(stage, trouble))));
  }

  private static Stream<DynamicTest> tests(Round round) {
    return Stream.concat(
        Stream.of(dynamicTest("all is tried, and all comes back", round::play)),
        Round.cells().stream().map(cell -> dynamicTest(cell.toString(), () -> round.verify(cell))));
  }
}
