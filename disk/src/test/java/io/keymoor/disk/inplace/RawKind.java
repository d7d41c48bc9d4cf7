package io.keymoor.disk.inplace;

import static io.keymoor.disk.TestDisk.MIB;
import static org.assertj.core.api.Assertions.assertThat;

import io.keymoor.disk.DiskKey;
import io.keymoor.disk.SeededRandom;
import io.keymoor.disk.SimulatedDisk;
import io.keymoor.disk.TestDisk;
import io.keymoor.disk.engine.LuksVersion;
import io.keymoor.disk.engine.SourceFormat;
import io.keymoor.disk.luks.HashSpec;
import io.keymoor.disk.luks.LuksSource;
import io.keymoor.disk.luks.NewContainer;
import io.keymoor.disk.luks1.Luks1Header;
import io.keymoor.disk.luks1.Luks1Keys;
import io.keymoor.disk.luks2.Luks2Header;
import io.keymoor.disk.luks2.Luks2Keys;
import io.keymoor.disk.xts.XtsCipher;
import io.keymoor.secret.SecretBytes;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** What is done to a raw disk where it lies. */
enum RawKind {
  ENCRYPT(0, LuksVersion.LUKS1),
  DECRYPT(2 * MIB, LuksVersion.LUKS1),
  REENCRYPT_UPWARDS(2 * MIB, LuksVersion.LUKS1),
  REENCRYPT_DOWNWARDS(4 * MIB, LuksVersion.LUKS1),
  ENCRYPT_TO_LUKS2(0, LuksVersion.LUKS2),
  DECRYPT_LUKS2(2 * MIB, LuksVersion.LUKS2),
  REENCRYPT_LUKS2(4 * MIB, LuksVersion.LUKS2);

  private static final DiskKey PRESENT = TestDisk.key();
  private static final DiskKey WANTED = TestDisk.otherKey();

  private final int payloadOffset;
  private final LuksVersion luks;

  RawKind(int payloadOffset, LuksVersion luks) {
    this.payloadOffset = payloadOffset;
    this.luks = luks;
  }

  /** Of a disk of about this size, all data; what it becomes holds the same. */
  Story story(int size, long seed) {
    byte[] plain = new byte[sized(size)];
    new Random(seed).nextBytes(plain);
    Story story = Story.of(name(), request(), image(plain));
    assertThat(Arrays.equals(contentOf(story.before(), present()), plain)).isTrue();
    assertThat(Arrays.equals(contentOf(story.after(), wanted()), plain)).isTrue();
    return story;
  }

  /** LUKS2 moves as LUKS1 does; what is different is torn like everything else. */
  List<SimulatedDisk.Loss> losses() {
    return luks == LuksVersion.LUKS2
        ? List.of(SimulatedDisk.Loss.SOME)
        : List.of(SimulatedDisk.Loss.values());
  }

  /** Whole sectors of 4096 bytes for LUKS2, or none. */
  private int sized(int size) {
    return luks == LuksVersion.LUKS2 && payloadOffset > 0 ? size / 4096 * 4096 : size;
  }

  private DiskKey present() {
    return payloadOffset == 0 ? DiskKey.NONE : PRESENT;
  }

  private DiskKey wanted() {
    return this == DECRYPT ? DiskKey.NONE : WANTED;
  }

  private InPlaceRequest request() {
    return new InPlaceRequest(
        Path.of("simulated.img"), SourceFormat.RAW, present(), wanted(), Optional.of(luks));
  }

  private NewContainer container() {
    SeededRandom random = new SeededRandom(5);
    return switch (luks) {
      case LUKS1 ->
          Luks1Keys.create(PRESENT, HashSpec.SHA256, payloadOffset, random, Story.MACHINE);
      case LUKS2 -> Luks2Keys.create(PRESENT, 4096, payloadOffset, random, Story.MACHINE);
    };
  }

  private byte[] image(byte[] plain) {
    if (payloadOffset == 0) {
      return plain.clone();
    }
    SimulatedDisk disk = new SimulatedDisk(new byte[0]);
    try (NewContainer container = container()) {
      byte[] payload = plain.clone();
      try (XtsCipher cipher =
          new XtsCipher(container.volumeKey(), container.sectorBytes(), Story.MACHINE)) {
        cipher.encrypt(0, payload, 0, payload.length);
      }
      disk.write(payloadOffset, payload, 0, payload.length);
      container.writeKeyMaterial(disk, 0);
      container.writeHeader(disk, 0);
    }
    return disk.content();
  }

  private static byte[] contentOf(SimulatedDisk disk, DiskKey key) {
    if (!(key instanceof DiskKey.RandomSecret random)) {
      return disk.content();
    }
    byte[] start = new byte[8];
    disk.read(0, start, 0, start.length);
    if (Luks1Header.versionOf(start).equals(Optional.of(2))) {
      Luks2Header header = Luks2Header.read(disk);
      return contentOf(
          disk, header.payload(), Luks2Keys.unlock(disk, header, random.secret(), Story.MACHINE));
    }
    Luks1Header header = Luks1Header.read(disk);
    return contentOf(
        disk,
        LuksSource.Payload.upToTheEnd(disk, header.payloadOffset()),
        Luks1Keys.unlock(disk, header, random.secret(), Story.MACHINE));
  }

  private static byte[] contentOf(
      SimulatedDisk disk, LuksSource.Payload payload, SecretBytes volumeKey) {
    byte[] content = new byte[(int) (disk.length() - payload.offset())];
    disk.read(payload.offset(), content, 0, content.length);
    try (volumeKey;
        XtsCipher cipher = new XtsCipher(volumeKey, payload.sectorBytes(), Story.MACHINE)) {
      cipher.decrypt(0, content, 0, content.length);
    }
    return content;
  }
}
