package io.keymoor.manager.kms;

import static org.assertj.core.api.Assertions.assertThat;

import io.keymoor.crypto.KeyCheckValue;
import io.keymoor.manager.domain.KmsServices;
import io.keymoor.manager.domain.StandardKeys;
import io.keymoor.manager.domain.model.Rotation;
import io.keymoor.manager.domain.model.Task;
import io.keymoor.manager.domain.model.WrappedKek;
import io.keymoor.manager.domain.port.KekSupply.Supply;
import io.keymoor.manager.domain.port.Stores;
import io.keymoor.manager.domain.port.Transactions;
import io.keymoor.manager.domain.port.WrappedKekStore.WrappingKey;
import io.keymoor.provider.KeyId;
import io.keymoor.provider.KeyPurpose;
import io.keymoor.provider.catalog.ProviderEntry;
import io.keymoor.provider.catalog.ProviderEntry.Place;
import io.keymoor.provider.standard.WrappedKeyId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** KEKs that one key in a KMS wraps, and its rotations. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WrappedKeysTest {
  private static final Duration MONTH = Duration.ofDays(30);

  private TestKeyServices lab;

  /** The KMS wraps for it; made once, since keys and trust take their time. */
  private UUID inside = new UUID(0, 0);

  @BeforeAll
  void start(@TempDir Path directory) {
    lab = new TestKeyServices(directory);
    lab.open();
    inside = lab.provider("inside", inKms());
  }

  @BeforeEach
  void open() {
    lab.open();
  }

  @AfterAll
  void stop() {
    lab.close();
  }

  @Test
  void aYearOfMonthlyRotationsLeavesThirteenWrappingKeysAndEveryKekAsItWas() {
    UUID provider = lab.provider("wrapped", new ProviderEntry.WrappingKey(Optional.of(MONTH)));
    List<KeyId> ids =
        lab.issue(provider, TestKeyServices.purposes(KeyPurpose.Kind.VIRTUAL_MACHINE, 600));
    assertThat(lab.services().inventory().list("wrapped")).as("in the KMS").hasSize(1);
    assertThat(ids).allSatisfy(id -> assertThat(id.text()).startsWith("w1."));
    Map<KeyId, KeyCheckValue> before = lab.checks(provider, ids);
    assertThat(Set.copyOf(before.values())).hasSize(600);

    for (int month = 0; month < 12; month++) {
      lab.clock().forward(MONTH);
      assertThat(lab.services().upkeep().round()).isEmpty();
    }

    assertThat(lab.services().upkeep().wrappingKeys(provider)).hasSize(13);
    assertThat(lab.services().inventory().list("wrapped")).hasSize(13);
    KeyId inUse = lab.services().upkeep().wrappingKeys(provider).getFirst().id();
    assertThat(
            lab.database().<Long>in(stores -> stores.wrappedKeks().countNotUnder(provider, inUse)))
        .isZero();
    assertThat(lab.checks(provider, ids)).isEqualTo(before);
  }

  @Test
  void aManagerWithoutTheIndexOpensWrappedKeysWithTheKmsAlone() {
    ProviderEntry.Mode mode = new ProviderEntry.WrappingKey(Optional.empty());
    UUID lost = lab.provider("lost", mode);
    List<KeyId> ids = lab.issue(lost, TestKeyServices.purposes(KeyPurpose.Kind.VIRTUAL_MACHINE, 3));
    Map<KeyId, KeyCheckValue> before = lab.checks(lost, ids);

    UUID rebuilt = lab.provider("rebuilt", mode);

    assertThat(lab.checks(rebuilt, ids)).isEqualTo(before);
  }

  @Test
  void aRotationThatWasKilledHalfwayIsFinishedByTheNextRound() {
    UUID provider = lab.provider("halfway", new ProviderEntry.WrappingKey(Optional.empty()));
    List<KeyId> ids =
        lab.issue(provider, TestKeyServices.purposes(KeyPurpose.Kind.VIRTUAL_MACHINE, 5));
    Map<KeyId, KeyCheckValue> before = lab.checks(provider, ids);
    KeyId fresh =
        lab.services()
            .keys()
            .issue(
                lab.provider("other", new ProviderEntry.KeyPerObject()),
                new KeyPurpose(KeyPurpose.Kind.KEY_PROVIDER, provider, "halfway"));
    lab.database()
        .in(stores -> {
          stores.wrappedKeks().use(provider, new WrappingKey(fresh, lab.clock().instant()));
          return true;
        });

    assertThat(lab.services().upkeep().round()).isEmpty();

    assertThat(
            lab.database().<Long>in(stores -> stores.wrappedKeks().countNotUnder(provider, fresh)))
        .isZero();
    assertThat(lab.checks(provider, ids)).isEqualTo(before);
  }

  private static ProviderEntry.Mode inKms() {
    return new ProviderEntry.WrappingKey(Optional.empty(), Place.KMS);
  }

  private List<KeyId> vmKeys(UUID provider, int number) {
    return lab.issue(provider, TestKeyServices.purposes(KeyPurpose.Kind.VIRTUAL_MACHINE, number));
  }

  private List<WrappedKek> rows(UUID provider, List<KeyId> ids) {
    return lab.database().<List<WrappedKek>>in(stores -> stores.wrappedKeks().find(provider, ids));
  }

  private Rotation rotated(String provider) {
    UUID task = lab.services().rotations().start(TestKeyServices.ADMIN, provider).id();
    lab.services().rotations().drive();
    return lab.services().rotations().find(task).orElseThrow();
  }

  @Test
  void aWrappingKeyThatStaysInsideIsNeverGivenOutAndStillOpensEveryKek() {
    UUID plain = lab.provider("beside", new ProviderEntry.KeyPerObject());
    UUID provider = inside;
    List<KeyId> ids = vmKeys(provider, 120);
    assertThat(ids).allSatisfy(id -> assertThat(id.text()).startsWith("w2."));
    Map<KeyId, KeyCheckValue> before = lab.checks(provider, ids);
    assertThat(Set.copyOf(before.values())).hasSize(120);
    KeyId first = lab.services().upkeep().wrappingKeys(provider).getFirst().id();

    Rotation rotation = rotated("inside");

    assertThat(rotation.state()).isEqualTo(Task.State.SUCCEEDED);
    assertThat(rotation.count().done()).isGreaterThanOrEqualTo(120);
    assertThat(rotation.count().left()).isZero();
    assertThat(lab.checks(provider, ids)).isEqualTo(before);
    KeyId second = rotation.wrappingKey().orElseThrow();
    assertThat(rows(provider, ids))
        .allSatisfy(row -> assertThat(row.now().wrappingKey()).isEqualTo(second))
        .allSatisfy(row -> assertThat(row.now().place()).isEqualTo(Place.KMS));
    // The same client of the KMS, which may use both and have neither.
    try (Supply asked = lab.services().keys().fetch(plain, List.of(first, second))) {
      assertThat(asked.keys()).isEmpty();
      assertThat(asked.missing().get(second)).contains("not extractable");
    }
  }

  @Test
  void whatAKmsWrappedOpensInItsPlaceOnly() {
    UUID provider = inside;
    List<KeyId> ids = vmKeys(provider, 2);
    assertThat(rotated("inside").state()).isEqualTo(Task.State.SUCCEEDED);
    List<WrappedKek> rows = rows(provider, ids);
    WrappedKek one = rows.getFirst();
    WrappedKek other = rows.getLast();
    lab.database()
        .in(stores -> {
          stores.wrappedKeks().rewrapped(List.of(one.under(other.now())));
          return true;
        });

    try (Supply supply = lab.services().keys().fetch(provider, ids)) {
      assertThat(supply.missing().keySet()).containsExactly(one.id());
      assertThat(supply.missing().get(one.id())).contains("the KMS does not unwrap it");
    } finally {
      lab.database()
          .in(stores -> {
            stores.wrappedKeks().rewrapped(List.of(one));
            return true;
          });
    }
  }

  @Test
  void aProviderMadeAgainOpensWhatTheKmsWrappedUnderItsOwnUuidOnly() {
    KeyId id = vmKeys(inside, 1).getFirst();
    UUID other = lab.provider("not-it", inKms());

    try (Supply supply = lab.services().keys().fetch(other, List.of(id))) {
      assertThat(supply.missing().get(id)).contains("made again under another UUID?");
    }
    assertThat(lab.checks(inside, List.of(id))).hasSize(1);
  }

  @Test
  void aRotationWaitsForItsKmsAndGoesOnByItself() {
    UUID provider = inside;
    List<KeyId> ids = vmKeys(provider, 3);
    UUID task = lab.services().rotations().start(TestKeyServices.ADMIN, "inside").id();
    assertThat(lab.services().rotations().start(TestKeyServices.ADMIN, "inside").id())
        .as("one at a time")
        .isEqualTo(task);
    lab.kms().stop("first");
    try {
      lab.services().rotations().drive();
      assertThat(lab.services().rotations().find(task).orElseThrow().phase())
          .startsWith("waits: ")
          .contains(lab.kms().place("first"));
    } finally {
      lab.kms().start("first");
    }
    lab.clock().forward(Duration.ofMinutes(1));

    lab.services().rotations().drive();

    assertThat(lab.services().rotations().find(task).orElseThrow().state())
        .isEqualTo(Task.State.SUCCEEDED);
    assertThat(lab.checks(provider, ids)).hasSize(3);
  }

  /** Transactions of a process that is killed before one of them. */
  private Transactions dyingBefore(int number) {
    AtomicInteger left = new AtomicInteger(number);
    return new Transactions() {
      @Override
      public <T> T in(Function<Stores, T> work) {
        if (left.getAndDecrement() <= 0) {
          throw new IllegalStateException("killed");
        }
        return lab.database().in(work);
      }
    };
  }

  @Test
  void aRotationThatIsKilledAtAnyStepIsFinishedByAnotherManager() {
    UUID provider = lab.provider("mortal", new ProviderEntry.WrappingKey(Optional.empty()));
    List<KeyId> ids = vmKeys(provider, 5);
    Map<KeyId, KeyCheckValue> before = lab.checks(provider, ids);
    boolean died = true;
    for (int step = 1; died; step++) {
      UUID task = lab.services().rotations().start(TestKeyServices.ADMIN, "mortal").id();
      KmsServices mortal = lab.over(dyingBefore(step));
      try {
        mortal.rotations().drive();
        died = false;
      } catch (IllegalStateException killed) {
        assertThat(killed).hasMessage("killed");
      } finally {
        mortal.connections().close();
      }
      assertThat(lab.checks(provider, ids)).as("after step %d", step).isEqualTo(before);
      lab.clock().forward(Duration.ofMinutes(2));

      lab.services().rotations().drive();

      Rotation done = lab.services().rotations().find(task).orElseThrow();
      assertThat(done.state()).as("after step %d", step).isEqualTo(Task.State.SUCCEEDED);
      KeyId inUse = lab.services().upkeep().wrappingKeys(provider).getFirst().id();
      assertThat(
              lab.database()
                  .<Long>in(stores -> stores.wrappedKeks().countNotUnder(provider, inUse)))
          .isZero();
      assertThat(step).isLessThan(50);
    }
    assertThat(lab.checks(provider, ids)).isEqualTo(before);
  }

  @Test
  void aKekWhoseWrappingKeyIsGoneIsReportedAtTheEndAndTheOthersAreWrapped() {
    UUID provider = lab.provider("partial", new ProviderEntry.WrappingKey(Optional.empty()));
    List<KeyId> ids = vmKeys(provider, 4);
    WrappedKek one = rows(provider, ids).getFirst();
    lab.database()
        .in(stores -> {
          stores
              .wrappedKeks()
              .rewrapped(
                  List.of(one.under(new WrappedKeyId(one.now().wrapped(), new KeyId("nowhere")))));
          return true;
        });

    Rotation rotation = rotated("partial");

    assertThat(rotation.count().done()).isEqualTo(3);
    assertThat(rotation.end().orElseThrow())
        .isInstanceOfSatisfying(
            Task.End.Failed.class,
            failed ->
                assertThat(failed.sentence())
                    .startsWith("3 keys of partial are wrapped under the new wrapping key")
                    .contains("1 could not be and stay as they are", "nowhere"));
  }

  @Test
  void aKmsThatCannotBeReachedGivesNoKeyThatItWouldHaveToWrap() {
    lab.kms().stop("first");
    try {
      assertThat(
              lab.services()
                  .keys()
                  .issue(inside, TestKeyServices.purposes(KeyPurpose.Kind.HOST, 1))
                  .getFirst())
          .isInstanceOf(StandardKeys.Outcome.Failed.class);
    } finally {
      lab.kms().start("first");
    }
  }
}
