package io.keymoor.disk.inplace;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

class StrideChecksumTest {
  private static final int UNIT = 65536;
  private static final byte[] DIGITS = "123456789".getBytes(US_ASCII);

  /** CRC-32 of the digits is CBF43926, CRC-32C is E3069283, as the catalogues of CRCs have it. */
  @Test
  void isTheHashOfBothCyclicChecksums() {
    assertThat(hex(DIGITS, 9))
        .isEqualTo("62dd8a4620a125ce9cbbdbb3a44968526e01c0ccbaeb5c94281a5132b6509198");
  }

  @Test
  void beginsAnewAfterEachUnitAndLeavesOutWhatFollows() {
    byte[] bytes = new byte[UNIT + 100];
    System.arraycopy(DIGITS, 0, bytes, UNIT, DIGITS.length);
    Arrays.fill(bytes, UNIT + 9, bytes.length, (byte) 1);
    assertThat(hex(bytes, UNIT + 9))
        .isEqualTo("a74f9cbe0d71d61a07012cd1f7fc4cbeb34ef99737733b5340ee439faf6638e3");
  }

  @Test
  void aStrideThatLacksAnyOneSectorOrHasTwoInEachOthersPlaceIsAnother() {
    Random random = new Random(1);
    byte[] before = new byte[3 * UNIT + Layout.SECTOR];
    random.nextBytes(before);
    byte[] whole = new byte[before.length];
    random.nextBytes(whole);
    byte[] checksum = StrideChecksum.of(whole, whole.length);
    for (int at = 0; at < whole.length; at += Layout.SECTOR) {
      byte[] torn = whole.clone();
      System.arraycopy(before, at, torn, at, Layout.SECTOR);
      assertThat(StrideChecksum.of(torn, torn.length)).as("byte " + at).isNotEqualTo(checksum);
      int other = (at + UNIT) % (3 * UNIT);
      byte[] swapped = whole.clone();
      System.arraycopy(whole, at, swapped, other, Layout.SECTOR);
      System.arraycopy(whole, other, swapped, at, Layout.SECTOR);
      assertThat(StrideChecksum.of(swapped, swapped.length))
          .as("bytes " + at + " and " + other)
          .isNotEqualTo(checksum);
    }
  }

  private static String hex(byte[] bytes, int length) {
    return HexFormat.of().formatHex(StrideChecksum.of(bytes, length));
  }
}
