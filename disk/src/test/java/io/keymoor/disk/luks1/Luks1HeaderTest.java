package io.keymoor.disk.luks1;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.keymoor.disk.DiskException;
import io.keymoor.disk.MemoryImage;
import io.keymoor.disk.luks.HashSpec;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The golden header was made by cryptsetup 2.6. */
class Luks1HeaderTest {
  private static final int PAYLOAD = 4096 * 512;

  @Test
  void readsTheHeaderThatCryptsetupWrote() {
    Luks1Header header = Luks1Header.read(golden(bytes -> {}));
    assertThat(header.hash()).isEqualTo(HashSpec.SHA256);
    assertThat(header.payloadOffset()).isEqualTo(PAYLOAD);
    assertThat(header.uuid()).isEqualTo("6f1c1f5e-6a65-4f3c-9d5b-0c7a3f1b2e4d");
    assertThat(header.digestIterations()).isEqualTo(1000);
    assertThat(HexFormat.of().formatHex(header.digest()))
        .isEqualTo("b21a295acfbc97ec7eb49db7f196e061309c1a09");
    assertThat(header.keyslots().stream().filter(Luks1Header.Keyslot::active)).hasSize(1);
    assertThat(header.keyslots().getFirst().materialSector()).isEqualTo(8);
    assertThat(header.keyslots().get(7).materialSector()).isEqualTo(0xdd0);
  }

  @Test
  void writesByteForByteWhatCryptsetupWrote() {
    assertThat(Luks1Header.read(golden(bytes -> {})).encode()).isEqualTo(goldenBytes());
  }

  @Test
  void refusesWhatEndsWithinTheHeader() {
    MemoryImage cut = new MemoryImage(Arrays.copyOf(goldenBytes(), 591));
    assertThatThrownBy(() -> Luks1Header.read(cut))
        .isInstanceOf(DiskException.DamagedImage.class)
        .hasMessageContaining("it ends within the LUKS header");
  }

  @Test
  void refusesAnotherMagicAndAnotherVersion() {
    refusedAsDamaged(bytes -> bytes.put(0, (byte) 'l'), "the LUKS magic is missing");
    refusedAsUnsupported(bytes -> bytes.putShort(6, (short) 2), "it is LUKS version 2");
  }

  @Test
  void refusesOtherCiphersKeyLengthsAndHashesByName() {
    refusedAsUnsupported(
        bytes -> bytes.put(40, "cbc-essiv:sha256".getBytes(US_ASCII)),
        "it uses cipher aes-cbc-essiv:sha256 instead of aes-xts-plain64");
    refusedAsUnsupported(bytes -> bytes.putInt(108, 32), "its volume key has 32 bytes");
    refusedAsUnsupported(bytes -> bytes.putInt(108, -1), "its volume key has 4294967295 bytes");
    refusedAsUnsupported(
        bytes -> bytes.put(72, "whirlpool".getBytes(US_ASCII)), "it uses hash whirlpool");
  }

  @Test
  void namesFromTheImageReachMessagesWithoutControlCharacters() {
    refusedAsUnsupported(
        bytes -> bytes.put(72, "\u001b[31mevil".getBytes(US_ASCII)), "it uses hash ?[31mevil");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4097, 1 << 25, Integer.MIN_VALUE, -1})
  void refusesAPayloadThatStartsOutOfBounds(int sector) {
    refusedAsDamaged(
        bytes -> bytes.putInt(104, sector),
        "the payload starts at sector " + Integer.toUnsignedString(sector) + ", out of bounds");
  }

  @Test
  void refusesADetachedHeader() {
    refusedAsUnsupported(bytes -> bytes.putInt(104, 0), "its LUKS header is detached");
  }

  @Test
  void refusesAKeyslotInNoKnownState() {
    refusedAsDamaged(bytes -> bytes.putInt(208 + 48, 7), "keyslot 1 is neither in use nor free");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 3600, 4096, Integer.MIN_VALUE, -1})
  void refusesKeyMaterialOutsideTheHeader(int sector) {
    refusedAsDamaged(
        bytes -> bytes.putInt(208 + 40, sector),
        "the key material of keyslot 0 lies outside the header");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 3999, -1})
  void refusesAnotherNumberOfStripes(int stripes) {
    refusedAsDamaged(
        bytes -> bytes.putInt(208 + 44, stripes), "keyslot 0 does not have 4000 stripes");
  }

  @Test
  void refusesIterationCountsThatWouldKeepAHostBusyForHours() {
    refusedAsUnsupported(bytes -> bytes.putInt(208 + 4, -1), "up to 4294968295 PBKDF2 iterations");
    refusedAsUnsupported(bytes -> bytes.putInt(164, 40_000_000), "up to 40001000 PBKDF2");
    refusedAsDamaged(bytes -> bytes.putInt(208 + 4, 0), "an iteration count is zero");
    refusedAsDamaged(bytes -> bytes.putInt(164, 0), "an iteration count is zero");
  }

  @Test
  void freeKeyslotsMayHoldAnything() {
    Luks1Header header = Luks1Header.read(golden(bytes -> bytes.putInt(208 + 48 + 40, -1)));
    assertThat(header.keyslots().get(1).active()).isFalse();
  }

  @FuzzTest(maxDuration = "30s")
  void noBytesCauseAnythingButAHeaderOrARefusal(byte[] bytes) {
    try {
      byte[] area = Arrays.copyOf(bytes, Math.max(bytes.length, PAYLOAD));
      Luks1Header header = Luks1Header.read(new MemoryImage(area));
      assertThat(header.payloadOffset()).isBetween(592L, (long) area.length);
      assertThat(
              Luks1Header.read(new MemoryImage(Arrays.copyOf(header.encode(), area.length))).uuid())
          .isEqualTo(header.uuid());
    } catch (DiskException expected) {
      assertThat(expected.code()).isIn("disk_damaged", "disk_unsupported");
    }
  }

  private static void refusedAsDamaged(Consumer<ByteBuffer> change, String reason) {
    assertThatThrownBy(() -> Luks1Header.read(golden(change)))
        .isInstanceOf(DiskException.DamagedImage.class)
        .hasMessageContaining(reason);
  }

  private static void refusedAsUnsupported(Consumer<ByteBuffer> change, String reason) {
    assertThatThrownBy(() -> Luks1Header.read(golden(change)))
        .isInstanceOf(DiskException.UnsupportedImage.class)
        .hasMessageContaining(reason);
  }

  private static MemoryImage golden(Consumer<ByteBuffer> change) {
    byte[] bytes = Arrays.copyOf(goldenBytes(), PAYLOAD);
    change.accept(ByteBuffer.wrap(bytes));
    return new MemoryImage(bytes);
  }

  private static byte[] goldenBytes() {
    try (InputStream in =
        Objects.requireNonNull(
            Luks1HeaderTest.class.getResourceAsStream("cryptsetup-header.luks1"))) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
