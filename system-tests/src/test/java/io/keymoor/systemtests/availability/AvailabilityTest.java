package io.keymoor.systemtests.availability;

import static org.assertj.core.api.Assertions.assertThat;

import io.keymoor.systemtests.cluster.ClusterLab;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every deed while everything that can be away is, for both types of provider. */
@EnabledIfSystemProperty(
    named = "keymoor.availability",
    matches = "true",
    disabledReason = "takes many minutes: ./check --availability")
class AvailabilityTest {
  private static Stage stage;

  /** One cell. */
  record Cell(Kind kind, Trouble trouble, Deed deed) {
    @Override
    public String toString() {
      return kind.title() + ", " + trouble.title() + ": " + deed.title();
    }
  }

  @BeforeAll
  static void raise() {
    stage = new Stage(ClusterLab.raised(true));
    stage.prepare();
  }

  @AfterAll
  static void tearDown() {
    if (stage != null) {
      stage.close();
    }
  }

  static Stream<Cell> cells() {
    return Arrays.stream(Trouble.values())
        .flatMap(trouble ->
            Arrays.stream(Kind.values())
                .flatMap(kind ->
                    Arrays.stream(Deed.values()).map(deed -> new Cell(kind, trouble, deed))));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cells")
  void whatIsPromisedComesTrue(Cell cell) {
    Promise promise = AvailabilityTable.of(cell.kind(), cell.trouble(), cell.deed());
    stage.allIsWell(cell.kind());
    if (cell.deed() == Deed.ENCRYPT || cell.deed() == Deed.ADD_VTPM) {
      stage.makeOther(cell.kind());
    }
    stage.begin(cell.trouble(), cell.kind());
    Optional<String> refusal;
    try {
      if (promise.outcome() == Promise.Outcome.OFF) {
        assertThat(stage.running(cell.kind())).isFalse();
        return;
      }
      refusal = stage.does(cell.deed(), cell.kind());
    } finally {
      stage.end(cell.trouble());
    }
    switch (promise.outcome()) {
      case WORKS -> assertThat(refusal).isEmpty();
      case REFUSED -> {
        assertThat(refusal).hasValueSatisfying(said -> assertThat(said).contains(promise.words()));
        stage.worksAgain(cell.deed(), cell.kind());
      }
      case OFF -> throw new AssertionError("it was looked at before");
    }
    stage.requireOnce(cell.kind());
  }
}
