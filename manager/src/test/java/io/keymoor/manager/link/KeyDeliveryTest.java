package io.keymoor.manager.link;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.keymoor.crypto.Hpke;
import io.keymoor.manager.domain.Bell;
import io.keymoor.manager.domain.delivery.DeliveryTiming;
import io.keymoor.manager.domain.delivery.HeldByHost;
import io.keymoor.manager.domain.delivery.KeyDelivery;
import io.keymoor.manager.domain.model.Host;
import io.keymoor.manager.domain.model.HostCondition;
import io.keymoor.manager.domain.model.HostFacts;
import io.keymoor.manager.domain.model.KeyName;
import io.keymoor.manager.domain.port.KeyNeeds;
import io.keymoor.manager.testing.KeyHolding;
import io.keymoor.manager.testing.TestKms;
import io.keymoor.protocol.KeyUpdate;
import io.keymoor.provider.KeyId;
import io.keymoor.secret.SecretBytes;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Which keys go to which host and when, without TLS and database; the clock is the test's. */
class KeyDeliveryTest {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final UUID CLUSTER = UUID.randomUUID();
  private static final UUID KMS = UUID.randomUUID();
  private static final DeliveryTiming TIMING =
      new DeliveryTiming(
          Duration.ofSeconds(2),
          Duration.ofMinutes(5),
          Duration.ofMinutes(1),
          Duration.ofMinutes(2),
          Duration.ofSeconds(1),
          Duration.ofSeconds(15));

  private final TestKms kms = new TestKms();
  private final Bell bell = new Bell();
  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("2026-11-25T12:00:00Z"));
  private final AtomicReference<KeyNeeds.Needed> needed =
      new AtomicReference<>(new KeyNeeds.Needed(Set.of(), Map.of(), Set.of(KMS)));
  private final KeyDelivery delivery =
      new KeyDelivery(
          _ -> needed.get(),
          kms,
          new HpkeKekSealing(RANDOM),
          _ -> bell.rings(),
          _ -> bell.ring(),
          TIMING,
          now::get);
  private final List<AutoCloseable> open = new ArrayList<>();

  @AfterEach
  void close() throws Exception {
    kms.goOn();
    delivery.close();
    for (AutoCloseable part : open) {
      part.close();
    }
  }

  /** A host of the cluster and its keys. */
  private record Member(Host host, KeyHolding keys) {}

  private Member member(String name) {
    SecretBytes sealing = Hpke.newPrivateKey(RANDOM);
    UUID id = UUID.randomUUID();
    Host host =
        new Host(
            id,
            name,
            CLUSTER,
            "lab",
            new Host.Identity(
                Base64.getEncoder().encodeToString(Hpke.publicKey(sealing)), "", now.get()),
            Optional.of(now.get()),
            new HostFacts("", "", "", false, Duration.ZERO),
            new HostCondition(0, "safe", "", "ok", Optional.empty(), Optional.empty()));
    KeyHolding keys = new KeyHolding(id, CLUSTER, sealing);
    open.add(keys);
    open.add(sealing);
    return new Member(host, keys);
  }

  private void need(String... ids) {
    need(Set.of(ids), Set.of());
  }

  /** A task for each of the keys that tasks name. */
  private void need(Set<String> all, Set<String> ofTasks) {
    Map<UUID, KeyName> tasks =
        ofTasks.stream()
            .collect(
                Collectors.toMap(id -> UUID.nameUUIDFromBytes(id.getBytes(UTF_8)), id -> name(id)));
    need(all, tasks);
  }

  private void need(Set<String> all, Map<UUID, KeyName> ofTasks) {
    needed.set(new KeyNeeds.Needed(names(all), ofTasks, Set.of(KMS)));
    bell.ring();
  }

  private static Set<KeyName> names(Set<String> ids) {
    return ids.stream().map(KeyDeliveryTest::name).collect(Collectors.toSet());
  }

  private static KeyName name(String id) {
    return new KeyName(KMS, new KeyId(id));
  }

  private void pass(Duration time) {
    now.updateAndGet(then -> then.plus(time));
  }

  private static void eventually(ThrowingRunnable assertion) {
    await().atMost(Duration.ofSeconds(60)).untilAsserted(assertion);
  }

  /** One poll: what the manager answered, applied. */
  private Optional<KeyUpdate> poll(Member member) {
    Optional<KeyUpdate> update = ask(member);
    update.ifPresent(member.keys()::apply);
    return update;
  }

  private Optional<KeyUpdate> ask(Member member) {
    return delivery
        .answer(member.host(), KeyMessages.held(member.keys().said()))
        .news()
        .map(KeyMessages::update);
  }

  private void pollUntilHeld(Member member, int keys) {
    eventually(() -> {
      poll(member);
      assertThat(member.keys().size()).isEqualTo(keys);
    });
  }

  @Test
  void everyHostOfTheClusterGetsEveryKeyAndTheKmsIsAskedOnce() {
    need("a", "b");
    Member one = member("kvm1");
    Member two = member("kvm2");
    poll(two);
    pollUntilHeld(one, 2);
    pollUntilHeld(two, 2);
    assertThat(kms.requests()).containsExactly(2);
    assertThat(one.keys().kek(KMS, "a")).contains(kms.key(new KeyId("a")));
    assertThat(two.keys().kek(KMS, "b")).contains(kms.key(new KeyId("b")));
    assertThat(poll(one)).isEmpty();
  }

  @Test
  void tenThousandKeysReachAHostWhole() {
    Set<String> ids =
        IntStream.range(0, 10_000).mapToObj(i -> "vm-" + i).collect(Collectors.toSet());
    need(ids, Set.of());
    Member host = member("kvm1");
    pollUntilHeld(host, 10_000);
    for (String id : ids) {
      assertThat(host.keys().kek(KMS, id)).contains(kms.key(new KeyId(id)));
    }
    assertThat(kms.requests()).hasSize(10).containsOnly(1000);
  }

  @Test
  void aKeyIsFetchedAnewForAHostThatRebootedBecauseTheManagerKeepsNone() {
    need("a");
    Member host = member("kvm1");
    pollUntilHeld(host, 1);
    assertThat(poll(host)).isEmpty();
    host.keys().reboot();
    kms.fail("KMS node a: connection refused.");
    eventually(() -> {
      poll(host);
      assertThat(host.keys().missing()).isNotEmpty();
    });
    assertThat(host.keys().size()).isZero();
    assertThat(host.keys().missing())
        .singleElement()
        .satisfies(missing -> {
          assertThat(missing.reason()).isEqualTo("KMS node a: connection refused.");
          assertThat(missing.ids()).containsExactly("a");
        });
    assertThat(delivery.failure(CLUSTER, name("a"))).contains("refused");

    kms.recover();
    pass(Duration.ofSeconds(20));
    pollUntilHeld(host, 1);
    assertThat(host.keys().missing()).isEmpty();
  }

  @Test
  void whatCannotBeHadIsTriedAgainWithGrowingPausesOrWhenSomebodyAsks() {
    need("a");
    kms.fail("away.");
    Member host = member("kvm1");
    int tries = 0;
    for (int pause : new int[] {0, 1, 2, 4, 8, 15, 15}) {
      if (pause > 0) {
        pass(Duration.ofMillis(pause * 1000L - 1));
        poll(host);
        assertThat(kms.requests()).hasSize(tries);
        pass(Duration.ofMillis(1));
      }
      long rings = bell.rings();
      poll(host);
      tries++;
      // It rings when what came of the attempt is noted.
      eventually(() -> assertThat(bell.rings()).isGreaterThan(rings));
      assertThat(kms.requests()).hasSize(tries);
      assertThat(delivery.failure(CLUSTER, name("a"))).isEqualTo("away.");
    }
    kms.recover();
    delivery.tryNow(CLUSTER);
    pollUntilHeld(host, 1);
  }

  @Test
  void aKmsThatHangsDelaysNoAnswer() {
    need("a");
    kms.hang();
    Member host = member("kvm1");
    assertThat(poll(host)).isEmpty();
    assertThat(poll(host)).isEmpty();
    assertThat(delivery.caughtUp(host.host())).isFalse();
    kms.goOn();
    pollUntilHeld(host, 1);
    poll(host);
    assertThat(delivery.caughtUp(host.host())).isTrue();
  }

  @Test
  void aKeyThatNothingNeedsIsForgottenAfterAGraceNotAtOnce() {
    need("a", "b");
    Member host = member("kvm1");
    pollUntilHeld(host, 2);
    need("b");
    assertThat(poll(host)).isEmpty();
    pass(Duration.ofMinutes(4));
    assertThat(poll(host)).isEmpty();
    need("a", "b");
    poll(host);
    need("b");
    poll(host);
    pass(Duration.ofMinutes(4));
    poll(host);
    assertThat(host.keys().size()).as("needed again in between").isEqualTo(2);
    pass(Duration.ofMinutes(2));
    poll(host);
    assertThat(host.keys().size()).isEqualTo(1);
    assertThat(host.keys().kek(KMS, "b")).isPresent();
    assertThat(kms.requests()).containsExactly(2);
  }

  @Test
  void aHostWhoseKeysAreNotKnownIsAskedAndGetsOnlyTheRest() {
    need("a");
    Member host = member("kvm1");
    pollUntilHeld(host, 1);
    try (KeyDelivery restarted =
        new KeyDelivery(
            _ -> needed.get(),
            kms,
            new HpkeKekSealing(RANDOM),
            _ -> bell.rings(),
            _ -> bell.ring(),
            TIMING,
            now::get)) {
      need("a", "b");
      KeyUpdate first =
          restarted
              .answer(host.host(), KeyMessages.held(host.keys().said()))
              .news()
              .map(KeyMessages::update)
              .orElseThrow();
      assertThat(first.listing()).isTrue();
      host.keys().apply(first);
      eventually(() -> {
        restarted
            .answer(host.host(), KeyMessages.held(host.keys().said()))
            .news()
            .map(KeyMessages::update)
            .ifPresent(host.keys()::apply);
        assertThat(host.keys().size()).isEqualTo(2);
      });
    }
    assertThat(kms.requests()).containsExactly(1, 1);
  }

  @Test
  void aLostAnswerIsGivenAgain() {
    need("a");
    Member host = member("kvm1");
    poll(host);
    eventually(() -> assertThat(ask(host)).isPresent());
    assertThat(ask(host)).isPresent();
    pollUntilHeld(host, 1);
    assertThat(kms.requests()).containsExactly(1);
  }

  @Test
  void arrivalOfATasksKeyIsToldOnceForEachHost() {
    need(Set.of("old", "new"), Set.of("new"));
    Member host = member("kvm1");
    pollUntilHeld(host, 2);
    assertThat(arrived(host)).containsExactly(name("new"));
    assertThat(arrived(host)).isEmpty();
    need("old", "new");
    assertThat(arrived(host)).isEmpty();
  }

  @Test
  void theNextTaskUnderAKeyHearsThatItIsThere() {
    UUID first = new UUID(0, 1);
    UUID second = new UUID(0, 2);
    need(Set.of("same"), Map.of(first, name("same")));
    Member host = member("kvm1");
    pollUntilHeld(host, 1);
    assertThat(arrived(host)).containsExactly(name("same"));
    // Nobody looked in the moment between the two.
    need(Set.of("same"), Map.of(second, name("same")));
    assertThat(arrived(host)).containsExactly(name("same"));
    assertThat(arrived(host)).isEmpty();
  }

  private Set<KeyName> arrived(Member member) {
    return delivery.answer(member.host(), KeyMessages.held(member.keys().said())).arrived();
  }

  @Test
  void aKeyThatWasJustMadeReachesEveryHostWithoutBeingFetched() {
    Member one = member("kvm1");
    Member two = member("kvm2");
    poll(one);
    poll(two);
    KeyId id = new KeyId("fresh");
    kms.make(id);
    need(Set.of("fresh"), Set.of("fresh"));
    poll(one);
    poll(two);
    assertThat(one.keys().kek(KMS, "fresh")).contains(kms.key(id));
    assertThat(two.keys().kek(KMS, "fresh")).contains(kms.key(id));
    assertThat(kms.requests()).isEmpty();
    poll(one);
    poll(two);

    one.keys().reboot();
    pollUntilHeld(one, 1);
    assertThat(kms.requests()).as("kept by nobody once all have it").containsExactly(1);
  }

  @Test
  void whatAHostSaidBeforeItsLatestQuestionIsNoConfirmation() {
    need(Set.of("a"), Set.of("a"));
    Member host = member("kvm1");
    pollUntilHeld(host, 1);
    HeldByHost before = KeyMessages.held(host.keys().said());
    long early = delivery.question();
    assertThat(holders(host, "a")).isEmpty();
    delivery.answer(host.host(), before, early);
    assertThat(holders(host, "a")).containsExactly(host.host().id());

    host.keys().reboot();
    // What it is offered now is what it had; its old connection still says that it has it.
    eventually(() -> assertThat(ask(host)).isPresent());
    assertThat(delivery.answer(host.host(), before, early).news()).isEmpty();
    assertThat(holders(host, "a")).isEmpty();
    assertThat(delivery.caughtUp(host.host())).isFalse();
    pollUntilHeld(host, 1);
    poll(host);
    assertThat(holders(host, "a")).containsExactly(host.host().id());
  }

  private Set<UUID> holders(Member member, String key) {
    return delivery
        .holders(CLUSTER, Set.of(name(key)), Set.of(member.host().id()))
        .of()
        .getOrDefault(name(key), Set.of());
  }

  @Test
  void otherManagersHearOfArrivalsAtOnceOnlyWhereTheyHaveHosts() {
    need(Set.of("a"), Set.of("a"));
    Member host = member("kvm1");
    poll(host);
    delivery.holders(CLUSTER, Set.of(), Set.of(host.host().id()));
    pollUntilHeld(host, 1);
    assertThat(arrived(host)).isEmpty();
    pass(Duration.ofSeconds(5));
    assertThat(arrived(host)).containsExactly(name("a"));

    need(Set.of("b"), Set.of("b"));
    pollUntilHeld(host, 2);
    assertThat(arrived(host)).isEmpty();
    delivery.holders(CLUSTER, Set.of(), Set.of(host.host().id(), UUID.randomUUID()));
    assertThat(arrived(host)).containsExactly(name("b"));
  }

  @Test
  void revisionsPassThoseOfAnotherManager() {
    need("a");
    Member host = member("kvm1");
    pollUntilHeld(host, 1);
    long ahead = now.get().toEpochMilli() + 1_000_000;
    host.keys().apply(new KeyUpdate(ahead, false, List.of(), List.of(), List.of()));
    need("a", "b");
    eventually(() -> {
      poll(host).ifPresent(update -> assertThat(update.revision()).isGreaterThan(ahead));
      assertThat(host.keys().size()).isEqualTo(2);
    });
  }

  @Test
  void keysOfAProviderThatIsDeletedAreForgottenAtOnce() {
    need("a");
    Member host = member("kvm1");
    pollUntilHeld(host, 1);
    needed.set(new KeyNeeds.Needed(Set.of(), Map.of(), Set.of()));
    bell.ring();
    poll(host);
    assertThat(host.keys().size()).isZero();
  }
}
