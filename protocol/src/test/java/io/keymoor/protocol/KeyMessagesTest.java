package io.keymoor.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a peer may say about KEKs, and what not. */
class KeyMessagesTest {
  private static final UUID ID = UUID.fromString("6f1c1f5e-6a65-4f3c-9d5b-0c7a3f1b2e4d");
  private static final UUID OTHER = UUID.fromString("0b8f1a52-7c1d-4e7e-8a34-5d9e6f7a8b9c");

  private static List<String> ids(int count) {
    return IntStream.range(0, count).mapToObj(i -> "key-" + i).toList();
  }

  private static String update(String sealed, String missing) {
    return "{'revision':1,'listing':false,'forgotten':[],'sealed':["
        + sealed
        + "],'missing':["
        + missing
        + "]}";
  }

  private static String bundle(String ids, int bytes) {
    return "{'provider':'"
        + ID
        + "','ids':["
        + ids
        + "],'sealed':'"
        + Base64.getEncoder().encodeToString(new byte[bytes])
        + "'}";
  }

  @Test
  void aFullBundleSurvivesTheRoundTrip() {
    SealedKeys full = new SealedKeys(ID, ids(1000), new SealedBytes(new byte[48 + 1000 * 32]));
    KeyUpdate update = new KeyUpdate(1, false, List.of(), Collections.nCopies(16, full), List.of());
    assertThat(LinkJson.read(LinkJson.write(update), KeyUpdate.class)).isEqualTo(update);
  }

  static Stream<String> impossible() {
    return Stream.of(
        update(bundle("'k'", 79), ""),
        update(bundle("'k'", 81), ""),
        update(bundle("'k','l'", 80), ""),
        update(bundle("'k','k'", 112), ""),
        update(bundle("", 48), ""),
        update(bundle("''", 80), ""),
        update(bundle("'a b'", 80), ""),
        update(bundle("'" + "k".repeat(129) + "'", 80), ""),
        update(bundle("null", 80), ""),
        update(String.join(",", Collections.nCopies(17, bundle("'k'", 80))), ""),
        update(bundle("'" + String.join("','", ids(1001)) + "'", 48 + 1001 * 32), ""),
        update("", "{'provider':'" + ID + "','reason':'" + "r".repeat(1001) + "','ids':['k']}"),
        update("", "{'provider':'" + ID + "','reason':'two\\nlines','ids':['k']}"));
  }

  @ParameterizedTest
  @MethodSource("impossible")
  void whatCannotBeIsRefusedBeforeAnythingIsOpened(String text) {
    assertThatThrownBy(
            () -> LinkJson.read(text.replace('\'', '"').getBytes(UTF_8), KeyUpdate.class))
        .isInstanceOf(MalformedMessage.class);
  }

  @Test
  void aHostCannotNameMoreKeysThanItMayHold() {
    KeyNames many = new KeyNames(ID, ids(60_000));
    assertThatThrownBy(() -> new HeldKeys(1, "", "", Optional.of(List.of(many, many))))
        .hasMessageContaining("120000");
    assertThatThrownBy(() -> new KeyNames(ID, ids(100_001))).hasMessageContaining("100001");
  }

  @Test
  void digestsDependOnTheSetAndOnNothingElse() {
    String one =
        KeyDigest.ofHeld(
            List.of(new KeyNames(ID, List.of("a", "b")), new KeyNames(OTHER, List.of("c"))));
    String same =
        KeyDigest.ofHeld(
            List.of(
                new KeyNames(OTHER, List.of("c")),
                new KeyNames(ID, List.of("b")),
                new KeyNames(ID, List.of("a"))));
    assertThat(same).isEqualTo(one);
    assertThat(KeyDigest.ofHeld(List.of(new KeyNames(ID, List.of("a", "b", "c")))))
        .isNotEqualTo(one);
    assertThat(KeyDigest.NOTHING_HELD).isEqualTo("0".repeat(64));
    assertThat(KeyDigest.NOTHING_MISSING)
        .isEqualTo("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    assertThat(KeyDigest.ofMissing(List.of(new MissingKeys(ID, "x", List.of("a")))))
        .isNotEqualTo(KeyDigest.ofMissing(List.of(new MissingKeys(ID, "y", List.of("a")))));
  }

  @Test
  void aDigestOfHeldKeysIsTheSumOfTheHashesOfTheirNamesAndFollowsTheSet() throws Exception {
    BigInteger modulus = BigInteger.ONE.shiftLeft(256);
    BigInteger expected = BigInteger.ZERO;
    HeldDigest digest = new HeldDigest();
    List<String> before = new ArrayList<>();
    List<String> ids = ids(300);
    for (String id : ids) {
      before.add(digest.text());
      digest.add(ID, id);
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest((ID + "/" + id + "\n").getBytes(UTF_8));
      expected = expected.add(new BigInteger(1, hash)).mod(modulus);
      assertThat(new BigInteger(digest.text(), 16)).isEqualTo(expected);
    }
    HeldDigest other = digest.copy();
    for (String id : ids.reversed()) {
      other.remove(ID, id);
      assertThat(other.text()).isEqualTo(before.removeLast());
    }
    assertThat(other.text()).isEqualTo(KeyDigest.NOTHING_HELD);
    assertThat(digest.text()).isEqualTo(KeyDigest.ofHeld(List.of(new KeyNames(ID, ids))));
  }

  @Test
  void theContextNamesEverythingButTheKeys() {
    SealedKeys.Recipient here = new SealedKeys.Recipient(ID, OTHER, 7);
    byte[] context = SealedKeys.context(here, ID, List.of("a", "b"));
    assertThat(new String(context, UTF_8))
        .startsWith(ID + "/" + OTHER + "/7/" + ID + "/")
        .hasSize(3 * 37 + 2 + 64);
    assertThat(context)
        .isNotEqualTo(SealedKeys.context(here, ID, List.of("b", "a")))
        .isNotEqualTo(SealedKeys.context(new SealedKeys.Recipient(ID, ID, 7), ID, List.of("a")))
        .isNotEqualTo(
            SealedKeys.context(new SealedKeys.Recipient(ID, OTHER, 8), ID, List.of("a", "b")));
  }
}
