package io.keymoor.crypto.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keymoor.crypto.CryptoException;
import io.keymoor.crypto.Hpke;
import io.keymoor.secret.SecretBytes;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SealedStreamTest {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int CHUNK = 64 * 1024;

  private final SecretBytes key = Hpke.newPrivateKey(RANDOM);
  private final SecretBytes password = SecretBytes.takeOver("open sesame".getBytes(UTF_8));

  @AfterEach
  void erase() {
    key.close();
    password.close();
  }

  private byte[] sealed(byte[] clear, Recipient... recipients) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (SealedStreamWriter writer =
        new SealedStreamWriter(out, "test", List.of(recipients), RANDOM)) {
      // In pieces that are no divisor of a chunk.
      for (int at = 0; at < clear.length; at += 1000) {
        writer.write(clear, at, Math.min(1000, clear.length - at));
      }
      writer.finish();
    }
    return out.toByteArray();
  }

  private byte[] toKey(byte[] clear) throws IOException {
    return sealed(clear, new Recipient.KeyOwner(Hpke.publicKey(key)));
  }

  private static byte[] opened(byte[] sealed, Opener opener) throws IOException {
    try (SealedStreamReader reader =
        new SealedStreamReader(new ByteArrayInputStream(sealed), opener)) {
      return reader.readAllBytes();
    }
  }

  private byte[] withKey(byte[] sealed) throws IOException {
    return opened(sealed, new Opener.PrivateKey(key));
  }

  private static byte[] clear(int length) {
    byte[] clear = new byte[length];
    new Random(length).nextBytes(clear);
    return clear;
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 3 * CHUNK + 17})
  void whatWasWrittenIsReadWhateverItsLength(int length) throws IOException {
    assertThat(withKey(toKey(clear(length)))).isEqualTo(clear(length));
  }

  @Test
  void keyAndPasswordOpenTheSameFileAndNothingElseDoes() throws IOException {
    byte[] sealed =
        sealed(
            clear(100),
            new Recipient.KeyOwner(Hpke.publicKey(key)),
            new Recipient.PasswordHolder(password));

    assertThat(withKey(sealed)).isEqualTo(clear(100));
    assertThat(opened(sealed, new Opener.Password(password))).isEqualTo(clear(100));
    try (SecretBytes other = Hpke.newPrivateKey(RANDOM);
        SecretBytes wrong = SecretBytes.takeOver("open barley".getBytes(UTF_8))) {
      assertThatThrownBy(() -> opened(sealed, new Opener.PrivateKey(other)))
          .isInstanceOf(CryptoException.WrongKey.class)
          .hasMessage("This file was sealed to another key.");
      assertThatThrownBy(() -> opened(sealed, new Opener.Password(wrong)))
          .isInstanceOf(CryptoException.WrongPassword.class);
    }
    assertThatThrownBy(() -> opened(toKey(clear(1)), new Opener.Password(password)))
        .isInstanceOf(CryptoException.WrongKey.class)
        .hasMessage("This file has no password.");
  }

  @Test
  void everyCutIsNoticed() throws IOException {
    byte[] sealed = toKey(clear(2 * CHUNK + 5));
    for (int length : cuts(sealed.length)) {
      assertThatThrownBy(() -> withKey(Arrays.copyOf(sealed, length)))
          .as("cut to %d of %d", length, sealed.length)
          .isInstanceOf(CryptoException.class);
    }
  }

  /** At every byte of the header, at the ends of chunks and around them. */
  private static List<Integer> cuts(int length) {
    List<Integer> cuts = new java.util.ArrayList<>();
    for (int at = 0; at < 200; at++) {
      cuts.add(at);
    }
    for (int at = length - (CHUNK + 16) * 2 - 40; at < length; at += 13_001) {
      cuts.add(at);
    }
    int header = length - (2 * CHUNK + 5) - 48;
    cuts.addAll(
        List.of(header, header + CHUNK + 16, header + 2 * (CHUNK + 16), length - 16, length - 1));
    return cuts;
  }

  @Test
  void aChangedByteOrBitIsNoticedWhereverItIs() throws IOException {
    byte[] sealed = toKey(clear(CHUNK + 5));
    Random random = new Random(7);
    for (int i = 0; i < 500; i++) {
      byte[] changed = sealed.clone();
      int at = i < 150 ? i : random.nextInt(sealed.length);
      changed[at] ^= (byte) (1 << random.nextInt(8));
      assertThatThrownBy(() -> withKey(changed)).isInstanceOf(CryptoException.class);
    }
  }

  @Test
  void chunksCannotChangePlacesNorFiles() throws IOException {
    byte[] sealed = toKey(clear(3 * CHUNK));
    int header = sealed.length - 3 * (CHUNK + 16);
    byte[] swapped = sealed.clone();
    System.arraycopy(sealed, header, swapped, header + CHUNK + 16, CHUNK + 16);
    System.arraycopy(sealed, header + CHUNK + 16, swapped, header, CHUNK + 16);
    assertThatThrownBy(() -> withKey(swapped)).isInstanceOf(CryptoException.Damaged.class);

    byte[] dropped = Arrays.copyOf(sealed, sealed.length - CHUNK - 16);
    System.arraycopy(sealed, header + 2 * (CHUNK + 16), dropped, header + CHUNK + 16, CHUNK + 16);
    assertThatThrownBy(() -> withKey(dropped)).isInstanceOf(CryptoException.Damaged.class);

    byte[] longer = Arrays.copyOf(sealed, sealed.length + 1);
    assertThatThrownBy(() -> withKey(longer)).isInstanceOf(CryptoException.class);
  }

  @Test
  void aWriterThatDidNotFinishLeavesNothingThatLooksWhole() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (SealedStreamWriter writer =
        new SealedStreamWriter(
            out, "test", List.of(new Recipient.KeyOwner(Hpke.publicKey(key))), RANDOM)) {
      writer.write(clear(3 * CHUNK));
    }
    assertThatThrownBy(() -> withKey(out.toByteArray())).isInstanceOf(CryptoException.class);
  }

  @Test
  void nothingClearIsInTheFile() throws IOException {
    byte[] clear = "a memory page of the guest ".repeat(10_000).getBytes(UTF_8);
    assertThat(new String(toKey(clear), java.nio.charset.StandardCharsets.ISO_8859_1))
        .doesNotContain("memory")
        .contains("test");
  }

  @Test
  void hostileHeadersAreRefusedBeforeTheyCostAnything() {
    for (String header :
        List.of(
            // Not ours; a later version; no envelope; five; one of 64 KiB; an endless derivation.
            "504b0304 14000000 0800",
            "4b4d5345414c4544 02 01",
            "4b4d5345414c4544 01 00",
            "4b4d5345414c4544 01 05",
            "4b4d5345414c4544 01 01 02 ffff",
            "4b4d5345414c4544 01 01 02 0044 00000000000000000000000000000000 7fffffff 7fffffff"
                + " 00000001"
                + "00".repeat(40)
                + "04 74657374")) {
      byte[] bytes = HexFormat.of().parseHex(header.replace(" ", ""));
      assertThatThrownBy(() -> opened(bytes, new Opener.Password(password)))
          .as(header)
          .isInstanceOf(CryptoException.class);
    }
  }

  /** Made by this software's first version; it must open for ever. */
  @Test
  void theGoldenFileOpens() throws IOException {
    try (SecretBytes golden =
            SecretBytes.takeOver(
                HexFormat.of()
                    .parseHex("4b657920666f7220676f6c64656e2066696c65732c206e6f7468696e6720656c"));
        InputStream in =
            Objects.requireNonNull(getClass().getResourceAsStream("golden-v1.sealed"))) {
      byte[] sealed = in.readAllBytes();
      assertThat(new String(opened(sealed, new Opener.PrivateKey(golden)), UTF_8))
          .isEqualTo("golden\n".repeat(3));
      try (SecretBytes word = SecretBytes.takeOver("golden".getBytes(UTF_8))) {
        assertThat(new String(opened(sealed, new Opener.Password(word)), UTF_8))
            .isEqualTo("golden\n".repeat(3));
      }
    }
  }

  /** Whatever bytes come, there is an answer: the clear bytes or a sentence. */
  @Test
  void arbitraryChangesGiveASentenceAndNeverAnotherFailure() throws IOException {
    Random random = new Random(42);
    byte[] sealed = toKey(clear(300));
    for (int i = 0; i < 3000; i++) {
      byte[] changed = Arrays.copyOf(sealed, random.nextInt(sealed.length + 20));
      for (int n = random.nextInt(4); n >= 0 && changed.length > 8; n--) {
        changed[8 + random.nextInt(changed.length - 8)] = (byte) random.nextInt();
      }
      try {
        assertThat(withKey(changed)).isEqualTo(clear(300));
      } catch (CryptoException told) {
        assertThat(told.getMessage()).isNotEmpty();
      }
    }
  }
}
