package io.keymoor.secret;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.Serializable;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class SecretBytesTest {
  private static final byte[] KEY = "0123456789abcdef0123456789ABCDEF".getBytes(US_ASCII);

  @Test
  void takingOverMovesTheBytesAndZeroesTheSource() {
    byte[] source = KEY.clone();
    try (SecretBytes secret = SecretBytes.takeOver(source)) {
      assertThat(source).containsOnly(0);
      assertThat(ClearBytes.<byte[], RuntimeException>read(secret, byte[]::clone)).isEqualTo(KEY);
    }
  }

  @Test
  void theDoorZeroesTheCopyItHandedOutAlsoWhenTheReaderThrows() {
    AtomicReference<byte[]> leaked = new AtomicReference<>();
    try (SecretBytes secret = SecretBytes.takeOver(KEY.clone())) {
      assertThatThrownBy(() ->
              ClearBytes.use(
                  secret,
                  clear -> {
                    leaked.set(clear);
                    throw new IllegalArgumentException("reader failed");
                  }))
          .hasMessage("reader failed");
      assertThat(leaked.get()).hasSize(32).containsOnly(0);
    }
  }

  @Test
  void aClosedSecretIsErasedAndRefusesEveryUse() {
    SecretBytes secret = SecretBytes.takeOver(KEY.clone());
    secret.close();
    secret.close();
    assertThat(secret.isClosed()).isTrue();
    assertThatThrownBy(secret::copy)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("this secret has been erased");
    assertThat(secret).hasToString("SecretBytes[32 bytes, erased]");
  }

  @Test
  void releasedMemoryIsZeroBeforeItIsUsedAgain() {
    KeyMemory memory = new KeyMemory();
    KeyMemory.Slot first = memory.allocate(32);
    first.write(KEY.clone(), 0);
    first.release();
    assertThat(memory.allocate(32).read()).containsOnly(0);
  }

  @Test
  void aForgottenSecretIsErased() {
    KeyMemory.Slot slot = slotOfAForgottenSecret();

    long deadline = System.nanoTime() + 60_000_000_000L;
    while (!slot.isReleased() && System.nanoTime() < deadline) {
      System.gc();
      Thread.onSpinWait();
    }
    assertThat(slot.isReleased()).isTrue();
  }

  @SuppressWarnings("resource") // Forgetting it is the point.
  private static KeyMemory.Slot slotOfAForgottenSecret() {
    return SecretBytes.takeOver(KEY.clone()).slot();
  }

  @Test
  void aCopyLeavesItsSourceAlone() {
    byte[] source = ("xx" + "0123456789abcdef0123456789ABCDEF" + "y").getBytes(US_ASCII);
    try (SecretBytes secret = SecretBytes.copyOf(source, 2, 32);
        SecretBytes same = SecretBytes.takeOver(KEY.clone())) {
      assertThat(secret).isEqualTo(same);
    }
    assertThat(source).startsWith('x', 'x', '0');
    assertThatThrownBy(() -> SecretBytes.copyOf(source, 4, 32))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void equalityComparesContentsAndLength() {
    try (SecretBytes one = SecretBytes.takeOver(KEY.clone());
        SecretBytes same = one.copy();
        SecretBytes shorter = SecretBytes.takeOver(new byte[16]);
        SecretBytes other = SecretBytes.random(32, new SecureRandom())) {
      assertThat(one).isEqualTo(same).hasSameHashCodeAs(same);
      assertThat(one).isNotEqualTo(shorter).isNotEqualTo(other);
    }
  }

  @Test
  void textFormsShowTheLengthOnly() {
    try (SecretBytes secret = SecretBytes.takeOver(KEY.clone())) {
      assertThat(secret).hasToString("SecretBytes[32 bytes]");
      assertThat(String.format("%s %d", secret, secret.hashCode())).doesNotContain("0123");
    }
  }

  @Test
  void secretsCannotBeSerialised() {
    assertThat(Serializable.class).isNotIn((Object[]) SecretBytes.class.getInterfaces());
  }

  @Test
  void aSecretNeedsAtLeastOneByte() {
    assertThatThrownBy(() -> SecretBytes.random(0, new SecureRandom()))
        .hasMessageContaining("at least 1 byte");
  }

  @Test
  void whatWasJoinedIsCutIntoTheSamePieces() {
    try (SecretBytes one = SecretBytes.takeOver(KEY.clone());
        SecretBytes other = SecretBytes.random(KEY.length, new SecureRandom());
        SecretBytes joined = SecretBytes.joined(List.of(one, other, one))) {
      assertThat(joined.length()).isEqualTo(3 * KEY.length);
      List<SecretBytes> pieces = joined.cut(KEY.length);
      assertThat(pieces).containsExactly(one, other, one);
      pieces.forEach(SecretBytes::close);
      assertThatThrownBy(() -> joined.cut(KEY.length + 1))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void manySecretsOfManySizesKeepTheirOwnBytes() {
    List<SecretBytes> secrets = new ArrayList<>();
    for (int size = 1; size < 3000; size += 7) {
      byte[] clear = new byte[size];
      java.util.Arrays.fill(clear, (byte) size);
      secrets.add(SecretBytes.takeOver(clear));
    }
    for (SecretBytes secret : secrets) {
      ClearBytes.use(secret, clear -> assertThat(clear).containsOnly((byte) secret.length()));
      secret.close();
    }
  }
}
