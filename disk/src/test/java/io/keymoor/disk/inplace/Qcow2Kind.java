package io.keymoor.disk.inplace;

import io.keymoor.disk.DiskKey;
import io.keymoor.disk.SeededRandom;
import io.keymoor.disk.SimulatedDisk;
import io.keymoor.disk.TestDisk;
import io.keymoor.disk.engine.SourceFormat;
import io.keymoor.disk.luks.HashSpec;
import io.keymoor.disk.luks1.Luks1Keys;
import io.keymoor.disk.qcow2.Qcow2Target;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;

/** What is done to a qcow2 image where it lies. */
enum Qcow2Kind {
  ENCRYPT,
  DECRYPT,
  REENCRYPT;

  private static final DiskKey PRESENT = TestDisk.key();
  private static final DiskKey WANTED = TestDisk.otherKey();
  private static final int CLUSTER = 64 * 1024;

  /** Of a small image in which there is everything. */
  Story story() {
    byte[] clear = SmallQcow2.image(1);
    byte[] image =
        this == ENCRYPT
            ? clear
            : Story.of("encryption", request(DiskKey.NONE, PRESENT), clear).after().content();
    return Story.of(name(), request(), image, Qcow2Kind::isRestored);
  }

  /** What a guest has given back does not come back. */
  private static boolean isRestored(SimulatedDisk now, SimulatedDisk before) {
    return Arrays.equals(SmallQcow2.scrubbed(now.content()), SmallQcow2.scrubbed(before.content()));
  }

  /** Of an image as a copy makes it, with every second of so many clusters in use. */
  Story largeStory(int clusters, long seed) {
    SimulatedDisk disk = new SimulatedDisk(new byte[0]);
    Random random = new Random(seed);
    byte[] cluster = new byte[CLUSTER];
    try (Qcow2Target target = target(disk, 2L * clusters * CLUSTER)) {
      for (int i = 0; i < clusters; i++) {
        random.nextBytes(cluster);
        target.write(2L * i * CLUSTER, cluster, 0, CLUSTER);
      }
      target.finish();
    }
    return Story.of("large " + name(), request(), disk.content());
  }

  private Qcow2Target target(SimulatedDisk disk, long size) {
    return this == ENCRYPT
        ? Qcow2Target.plain(disk, size)
        : Qcow2Target.encrypted(
            disk,
            size,
            Luks1Keys.create(
                PRESENT,
                HashSpec.SHA256,
                Luks1Keys.PAYLOAD_OFFSET,
                new SeededRandom(5),
                Story.MACHINE),
            Story.MACHINE);
  }

  private InPlaceRequest request() {
    return request(
        this == ENCRYPT ? DiskKey.NONE : PRESENT, this == DECRYPT ? DiskKey.NONE : WANTED);
  }

  private static InPlaceRequest request(DiskKey present, DiskKey wanted) {
    return new InPlaceRequest(Path.of("simulated.img"), SourceFormat.QCOW2, present, wanted);
  }
}
