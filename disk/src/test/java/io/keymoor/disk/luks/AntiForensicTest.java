package io.keymoor.disk.luks;

import static org.assertj.core.api.Assertions.assertThat;

import io.keymoor.disk.Machine;
import io.keymoor.disk.SeededRandom;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Vectors from an independent implementation: stripes 3, 10, 17, ... and key 0, 1, 2, ... */
class AntiForensicTest {
  private static final int STRIPES = 5;

  @ParameterizedTest
  @CsvSource({
    "SHA1, 48, 858b212e50403c370d1ad33d9a8ac48112c2000671d9adc71ec81db9cadf8ef1"
        + "3a5ae30b619b6c93b48a5c3828df112a",
    "SHA256, 48, fc589cfde271269ab50fd9cb08d028dc70f7da989c4fad6e2f909c1ba5693f27"
        + "e8a05659e7dcff3648e34b137acc5ef8",
    "SHA256, 64, 709a3c4110b5a7bc2b190bb2f82c3fcb5f31feb872cc7010062fde4a15fdfdf7"
        + "5fba0f6371b8a130a0fcc58dd798b4645af04a65bbf1b9d901b8e23fbef2d56e",
    "SHA512, 64, a5a74f79543153e646b8c5c6f6967895dd5bbbbe08407a44406da52889aa0ce6"
        + "23ad3bf64038e3db933803daab2f75849b672e910fc8f8dedec50d6321dea4f0"
  })
  void mergesWhatAnotherImplementationSplit(HashSpec hash, int keyBytes, String lastStripe) {
    byte[] material = new byte[keyBytes * STRIPES];
    int last = keyBytes * (STRIPES - 1);
    for (int i = 0; i < last; i++) {
      material[i] = (byte) (7 * i + 3);
    }
    System.arraycopy(HexFormat.of().parseHex(lastStripe), 0, material, last, keyBytes);
    assertThat(AntiForensic.merge(hash, material, keyBytes, STRIPES, Machine.JAVA))
        .isEqualTo(counting(keyBytes));
  }

  @ParameterizedTest
  @EnumSource(HashSpec.class)
  void mergingGivesBackWhatWasSplit(HashSpec hash) {
    byte[] material = AntiForensic.split(hash, counting(64), noise(4000, 1), Machine.JAVA);
    assertThat(AntiForensic.merge(hash, material, 64, 4000, Machine.JAVA)).isEqualTo(counting(64));
  }

  @Test
  void oneLostBitAnywhereLosesTheKey() {
    byte[] material = AntiForensic.split(HashSpec.SHA256, counting(64), noise(20, 2), Machine.JAVA);
    for (int at = 0; at < material.length; at += 61) {
      byte[] damaged = material.clone();
      damaged[at] ^= 1;
      byte[] merged = AntiForensic.merge(HashSpec.SHA256, damaged, 64, 20, Machine.JAVA);
      assertThat(Arrays.equals(merged, counting(64))).as("byte %d", at).isFalse();
    }
  }

  private static byte[] counting(int length) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) i;
    }
    return bytes;
  }

  private static byte[] noise(int stripes, int seed) {
    byte[] noise = new byte[64 * stripes];
    new SeededRandom(seed).nextBytes(noise);
    return noise;
  }
}
