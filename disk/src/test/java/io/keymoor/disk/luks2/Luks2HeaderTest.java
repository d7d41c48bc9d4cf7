package io.keymoor.disk.luks2;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.keymoor.disk.DiskException;
import io.keymoor.disk.MemoryImage;
import io.keymoor.disk.SeededRandom;
import io.keymoor.disk.json.Json;
import io.keymoor.disk.json.JsonReader;
import io.keymoor.disk.luks.LuksSource;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Objects;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The golden header, both copies, was made by cryptsetup 2.6 with an Argon2id keyslot and sectors
 * of 4096 bytes.
 */
class Luks2HeaderTest {
  private static final int COPY = 16 * 1024;
  private static final int PAYLOAD = 16 * 1024 * 1024;
  private static final int LENGTH = PAYLOAD + 64 * 1024;

  @Test
  void readsTheHeaderThatCryptsetupWrote() {
    Luks2Header header = Luks2Header.read(new MemoryImage(golden()));
    assertThat(header.uuid()).isEqualTo("0b8f1a52-7c1d-4e7e-8a34-5d9e6f7a8b9c");
    assertThat(header.payload()).isEqualTo(new LuksSource.Payload(PAYLOAD, 64 * 1024, 4096, 0));
    assertThat(header.binary().sequence()).isEqualTo(3);
    assertThat(header.metadata().keyslots()).hasSize(1);
    Metadata.Keyslot slot = header.metadata().keyslots().getFirst();
    assertThat(slot.areaOffset()).isEqualTo(32768);
    assertThat(slot.areaBytes()).isEqualTo(258048);
    assertThat(slot.kdf()).isInstanceOf(Metadata.Kdf.Argon2.class);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 100, 4100, 16383})
  void eitherCopyIsEnough(int damage) {
    for (int copy = 0; copy < 2; copy++) {
      if (copy == 0 && damage == 0) {
        continue; // the magic of the first copy is what says that there is a header
      }
      byte[] image = golden();
      image[copy * COPY + damage] ^= 0x40;
      assertThat(Luks2Header.read(new MemoryImage(image)).uuid()).startsWith("0b8f1a52");
    }
  }

  @Test
  void theNewerOfTwoSoundCopiesCounts() {
    byte[] image = golden();
    BinaryHeader newer = new BinaryHeader(COPY, 9, "", "newer", "", jsonOf(image));
    byte[] both = newer.encodeBoth(new SeededRandom(1));
    System.arraycopy(both, COPY, image, COPY, COPY);
    assertThat(Luks2Header.read(new MemoryImage(image)).uuid()).isEqualTo("newer");
  }

  @Test
  void twoDamagedCopiesAreRefused() {
    byte[] image = golden();
    image[5000] ^= 1;
    image[COPY + 5000] ^= 1;
    assertThatThrownBy(() -> Luks2Header.read(new MemoryImage(image)))
        .isInstanceOf(DiskException.DamagedImage.class)
        .hasMessageContaining("neither copy of its LUKS2 header is sound");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"aes-xts-plain64\",\"sector|\"serpent-xts-plain64\",\"sector|its encryption is serpent",
        "\"sector_size\":4096|\"sector_size\":513|its sectors have 513 bytes",
        "\"sector_size\":4096|\"sector\":4096|its metadata.segments.0 has no member sector_size",
        "\"16777216\",\"size\"|\"0\",\"size\"|its LUKS header is detached",
        "\"16777216\",\"size\"|\"99999999999\",\"size\"|starts at byte 99999999999, out of bounds",
        "\"16777216\",\"size\"|\"16384\",\"size\"|starts at byte 16384, out of bounds",
        "\"16777216\",\"size\"|\"-1\",\"size\"|no member offset that is a number of bytes",
        "\"dynamic\"|\"4097\"|its payload of 4097 bytes ends within a sector",
        "\"dynamic\"|\"131072\"|its payload of 131072 bytes ends within a sector or after",
        "\"segments\":{\"0\":|\"segments\":{\"1\":|it has 1 segments instead of one",
        "\"key_size\":64,\"af\"|\"key_size\":32,\"af\"|its key_size is 32 instead of 64",
        "\"stripes\":4000|\"stripes\":4000000000|its stripes is 4000000000 instead of 4000",
        "\"32768\"|\"16384\"|the area of keyslot 0 is out of bounds",
        "\"32768\"|\"16777000\"|the area of keyslot 0 is out of bounds",
        "\"258048\"|\"1000\"|the area of keyslot 0 is out of bounds",
        "argon2id|argon2i|a keyslot uses argon2i",
        "\"time\":4|\"time\":0|the Argon2id cost of a keyslot is none",
        "\"memory\":32|\"memory\":4194304|4194304 KiB of memory and 4 passes, more than is sane",
        "\"memory\":32|\"memory\":-1|the Argon2id cost of a keyslot is none",
        "\"time\":4|\"time\":100000000|100000000 passes, more than is sane",
        "\"cpus\":1|\"cpus\":65|the Argon2id cost of a keyslot is none",
        "\"type\":\"luks2\"|\"type\":\"reencrypt\"|keyslot 0 is of another type",
        "\"iterations\":1000|\"iterations\":40000001|40000001 PBKDF2 iterations, more than is sane",
        "\"iterations\":1000|\"iterations\":0|an iteration count is 0",
        "\"hash\":\"sha256\",\"iter|\"hash\":\"md5\",\"iter|it uses hash md5",
        "\"segments\":[\"0\"]|\"segments\":[]|no digest recognises its volume key",
        "\"digests\":{|\"digests\":[],\"d\":{|its metadata has no member digests that is an object",
        "\"keyslots_size\":\"16744448\"|\"keyslots_size\":\"16744449\"|its keyslots reach into",
        "\"config\":{|\"config\":{\"requirements\":{\"mandatory\":[\"x\"]},|it requires x",
        "\"tokens\":{}|\"tokens\":{|its LUKS2 metadata is no JSON"
      })
  void refusesWhatItCannotOpenOrBelieve(String present, String instead, String reason) {
    byte[] image =
        withJson(text -> {
          assertThat(text).contains(present);
          return text.replaceFirst(Pattern.quote(present), instead);
        });
    assertThatThrownBy(() -> Luks2Header.read(new MemoryImage(image)))
        .isInstanceOf(DiskException.class)
        .hasMessageContaining(reason);
  }

  @Test
  void keyslotsOfOtherDigestsAndThoseNotToBeTriedAreLeftAlone() {
    byte[] image =
        withJson(text -> text.replaceFirst("\"key_size\":64,\"af\"", "\"priority\":0,$0"));
    assertThat(Luks2Header.read(new MemoryImage(image)).keyslots()).isZero();
  }

  /** The fuzzer knows no checksums: it is given the JSON, and the checksums are made to fit. */
  @FuzzTest(maxDuration = "30s")
  void noMetadataCausesAnythingButAHeaderOrARefusal(byte[] json) {
    if (json.length > 12_000) {
      return;
    }
    byte[] image = withJson(text -> new String(json, UTF_8));
    try {
      LuksSource.Payload payload = Luks2Header.read(new MemoryImage(image)).payload();
      assertThat(payload.offset() + payload.bytes()).isLessThanOrEqualTo(LENGTH);
    } catch (DiskException expected) {
      assertThat(expected.code()).isIn("disk_damaged", "disk_unsupported");
    }
  }

  @FuzzTest(maxDuration = "30s")
  void noBytesCauseAnythingButAHeaderOrARefusal(byte[] bytes) {
    try {
      Luks2Header header = Luks2Header.read(new MemoryImage(bytes));
      assertThat(header.payload().offset()).isLessThanOrEqualTo(bytes.length);
    } catch (DiskException expected) {
      assertThat(expected.code()).isIn("disk_damaged", "disk_unsupported");
    }
  }

  @Test
  void theMetadataOfANewContainerIsReadAsItWasMeant() throws JsonReader.NotJson {
    byte[] image = golden();
    Json read = JsonReader.read(jsonOf(image));
    assertThat(read.write()).isEqualTo(jsonOf(image));
  }

  @FunctionalInterface
  private interface Change {
    String apply(String json);
  }

  private static byte[] withJson(Change change) {
    byte[] image = golden();
    String json = change.apply(jsonOf(image));
    if (json.getBytes(UTF_8).length >= COPY - BinaryHeader.BYTES) {
      return image;
    }
    byte[] both =
        new BinaryHeader(COPY, 4, "", "changed", "", json).encodeBoth(new SeededRandom(2));
    System.arraycopy(both, 0, image, 0, both.length);
    return image;
  }

  private static String jsonOf(byte[] image) {
    return BinaryHeader.at(new MemoryImage(image), 0).orElseThrow().json();
  }

  private static byte[] golden() {
    try (InputStream in =
        Objects.requireNonNull(
            Luks2HeaderTest.class.getResourceAsStream("cryptsetup-header.luks2"))) {
      return Arrays.copyOf(in.readAllBytes(), LENGTH);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
