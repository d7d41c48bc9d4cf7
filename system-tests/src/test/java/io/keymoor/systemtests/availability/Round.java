package io.keymoor.systemtests.availability;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** One trouble: everything is done while it lasts, and what came of it is remembered. */
final class Round {
  private final Stage stage;
  private final Trouble trouble;
  private final Map<Cell, Optional<String>> refusals = new ConcurrentHashMap<>();
  private boolean played;

  /** One deed under one type of provider. */
  record Cell(Kind kind, Deed deed) {
    @Override
    public String toString() {
      return kind.title() + ": " + deed.title();
    }
  }

  Round(Stage stage, Trouble trouble) {
    this.stage = stage;
    this.trouble = trouble;
  }

  static List<Cell> cells() {
    return Arrays.stream(Deed.values())
        .flatMap(deed -> Arrays.stream(Kind.values()).map(kind -> new Cell(kind, deed)))
        .toList();
  }

  /** Begins the trouble, does everything, and ends it. */
  void play() {
    stage.makeReady();
    stage.begin(trouble);
    try {
      doAll(Deed.RUN);
      doAll(Deed.RESET);
      type();
      doAll(Deed.POWER);
      doAll(Deed.RESTART_ELSEWHERE);
      stage.lostHostComesBack();
    } finally {
      stage.end();
    }
    played = true;
  }

  private void doAll(Deed deed) {
    Arrays.stream(Kind.values()).forEach(kind -> does(new Cell(kind, deed)));
  }

  private void does(Cell cell) {
    refusals.put(cell, stage.does(cell.deed(), cell.kind()));
  }

  /** Several people type at once; of migrations a host takes one at a time. */
  private void type() {
    try (ExecutorService people = Executors.newVirtualThreadPerTaskExecutor()) {
      CompletableFuture.allOf(
              Deed.TYPED.stream()
                  .map(deed -> CompletableFuture.runAsync(() -> doAll(deed), people))
                  .toArray(CompletableFuture[]::new))
          .join();
    }
  }

  /** What was promised came true; what was refused is done now. */
  void verify(Cell cell) {
    assertThat(played).as("all was tried").isTrue();
    Promise promise = AvailabilityTable.of(cell.kind(), trouble, cell.deed());
    Optional<String> refusal = refusals.getOrDefault(cell, Optional.empty());
    switch (promise.outcome()) {
      case WORKS -> assertThat(refusal).isEmpty();
      case OFF -> assertThat(refusal.orElse("it worked")).contains(promise.words());
      case REFUSED -> {
        assertThat(refusal.orElse("it worked")).contains(promise.words());
        stage.worksAgain(cell.deed(), cell.kind());
      }
    }
  }
}
