package io.keymoor.systemtests.availability;

import static org.assertj.core.api.Assertions.assertThat;

import io.keymoor.systemtests.availability.Round.Cell;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * Random troubles and deeds for so many minutes; every other trouble comes while somebody's command
 * is on its way. Nothing is expected in a certain time. The seed is printed; {@code
 * -Dkeymoor.soak.seed=N} plays the same troubles and deeds again.
 */
@EnabledIfSystemProperty(
    named = "keymoor.soak.minutes",
    matches = "[0-9]+",
    disabledReason = "takes as long as it is told: ./check --soak")
class SoakTest {
  private static final int MOST_DEEDS = 5;
  private static final int MOST_MILLIS_BEFORE_TROUBLE = 4000;
  private static final List<Trouble> TROUBLES = List.of(Trouble.values());

  private static Stage stage;
  private static Invariants invariants;

  /**
   * What is played between two checks.
   *
   * @param amid what is on its way when the trouble comes
   * @param afterMillis when it comes
   * @param then what is done while it lasts, in this order
   */
  record Play(Trouble trouble, List<Cell> amid, int afterMillis, List<Cell> then) {
    static Play drawn(Random random) {
      Trouble trouble = TROUBLES.get(random.nextInt(TROUBLES.size()));
      List<Cell> typed =
          Round.cells().stream().filter(cell -> Deed.TYPED.contains(cell.deed())).toList();
      List<Cell> amid = random.nextBoolean() ? drawn(typed, random) : List.of();
      int afterMillis = random.nextInt(MOST_MILLIS_BEFORE_TROUBLE);
      return new Play(trouble, amid, afterMillis, drawn(Round.cells(), random));
    }

    private static List<Cell> drawn(List<Cell> from, Random random) {
      List<Cell> drawn = new ArrayList<>();
      int count = 1 + random.nextInt(MOST_DEEDS);
      for (int i = 0; i < count; i++) {
        drawn.add(from.get(random.nextInt(from.size())));
      }
      return drawn.stream().distinct().toList();
    }

    @Override
    public String toString() {
      String first = amid.isEmpty() ? "" : amid + ", after " + afterMillis + " ms ";
      return first + trouble.title() + ", then " + then;
    }
  }

  @BeforeAll
  static void raise() {
    stage = Stage.raised();
    stage.cast().make(stage.scene().host(1));
    invariants = new Invariants(stage);
  }

  @AfterAll
  static void tearDown() {
    if (stage != null) {
      stage.close();
    }
  }

  @Test
  void randomFaultsCostNoVmAndNoKeyAndAllHealsWhenTheyStop() {
    long seed = Long.getLong("keymoor.soak.seed", new Random().nextLong());
    Duration length = Duration.ofMinutes(Long.getLong("keymoor.soak.minutes", 30));
    say("Random faults for " + length.toMinutes() + " minutes with -Dkeymoor.soak.seed=" + seed);
    int rounds = 0;
    try {
      Random random = new Random(seed);
      long end = System.nanoTime() + length.toNanos();
      while (System.nanoTime() < end) {
        rounds++;
        Play play = Play.drawn(random);
        say("Round " + rounds + ": " + play);
        play(play);
        invariants.requireNothingLost();
      }
      stage.makeReady();
      invariants.requireAllKeys();
    } catch (AssertionError | RuntimeException failed) {
      throw new AssertionError(
          "Round " + rounds + " went wrong with -Dkeymoor.soak.seed=" + seed, failed);
    }
    say(rounds + " rounds were played; " + invariants.told());
  }

  private static void play(Play play) {
    stage.makeReady();
    invariants.watch(Deed.ENCRYPT);
    invariants.watch(Deed.ADD_VTPM);
    List<Typed> typed = new ArrayList<>();
    try (ExecutorService people = Executors.newVirtualThreadPerTaskExecutor()) {
      play.amid().forEach(cell -> typed.add(Typed.by(people, cell)));
      try {
        begin(play);
        boolean lost = false;
        for (Cell cell : play.then()) {
          if (lost && Deed.TYPED.contains(cell.deed())) {
            // The manager may hand it to the host that just went away; it ends when that is back.
            typed.add(Typed.by(people, cell));
          } else {
            answered(cell, stage.does(cell.deed(), cell.kind()));
            lost |= cell.deed() == Deed.RESTART_ELSEWHERE;
          }
        }
        stage.lostHostComesBack();
        invariants.requireReasons();
      } finally {
        stage.end();
      }
    }
    typed.forEach(it -> answered(it.cell(), it.answer().join()));
  }

  /** What somebody has typed, and will read. */
  private record Typed(Cell cell, CompletableFuture<Optional<String>> answer) {
    static Typed by(ExecutorService people, Cell cell) {
      return new Typed(
          cell, CompletableFuture.supplyAsync(() -> stage.does(cell.deed(), cell.kind()), people));
    }
  }

  private static void begin(Play play) {
    if (play.amid().isEmpty()) {
      stage.begin(play.trouble());
      return;
    }
    CompletableFuture.runAsync(
            () -> stage.begin(play.trouble()),
            CompletableFuture.delayedExecutor(play.afterMillis(), TimeUnit.MILLISECONDS))
        .join();
  }

  /** Whoever is refused reads why. */
  private static void answered(Cell deed, Optional<String> refusal) {
    refusal.ifPresent(said -> {
      say("  " + deed + " was refused: " + said.strip().replace('\n', ' '));
      assertThat(said).as(deed.toString()).isNotBlank();
      assertThat(said).as(deed.toString()).doesNotContain("Exception", "unexpected failure");
    });
  }

  private static void say(String words) {
    System.out.println("Soak: " + words);
  }
}
