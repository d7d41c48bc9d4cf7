package io.keymoor.disk.inplace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.keymoor.disk.DiskException;
import io.keymoor.disk.DiskKey;
import io.keymoor.disk.SimulatedDisk;
import io.keymoor.disk.TestDisk;
import io.keymoor.disk.qcow2.Patch;
import io.keymoor.secret.SecretBytes;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Whoever can write to an image can write a journal into it, but no MAC. */
class JournalFuzzTest {
  private static final OverwriteLayout LAYOUT =
      new OverwriteLayout(8192, 12288, 8192, 4096, 0, 592, 34, 512);

  static byte[] image() {
    SimulatedDisk disk = new SimulatedDisk(new byte[8192]);
    try (SecretBytes key = TestDisk.secret(TestDisk.KEY_TEXT);
        JournalMac mac = new JournalMac(key)) {
      byte[] patches =
          OverwriteJournal.encoded(
              List.of(
                  new Patch(0, new byte[] {1}, new byte[] {2}),
                  new Patch(9, new byte[0], new byte[0])));
      OverwriteJournal journal =
          new OverwriteJournal(LAYOUT, new byte[16], new byte[0], new byte[592], patches);
      journal.write(disk, mac);
      journal.record(
          disk,
          mac,
          new OverwriteJournal.Slot(1, OverwriteJournal.State.FORWARD, 0, 1, new byte[512], 512));
    }
    return disk.content();
  }

  @Test
  void whatIsWrittenIsReadBackAndNotByAnotherKey() {
    SimulatedDisk disk = new SimulatedDisk(image());
    OverwriteJournal journal =
        OverwriteJournal.at(disk, disk.length(), LAYOUT.descriptorOffset()).orElseThrow();
    assertThat(journal.layout()).isEqualTo(LAYOUT);
    assertThat(journal.patches()).hasSize(2);
    try (SecretBytes key = TestDisk.secret(TestDisk.KEY_TEXT);
        SecretBytes otherKey = TestDisk.secret(TestDisk.OTHER_KEY_TEXT);
        JournalMac mac = new JournalMac(key);
        JournalMac otherMac = new JournalMac(otherKey)) {
      assertThat(journal.isGenuine(disk, mac)).isTrue();
      assertThat(journal.slots(disk, mac)).hasSize(1);
      assertThat(journal.isGenuine(disk, otherMac)).isFalse();
      assertThat(journal.slots(disk, otherMac)).isEmpty();
    }
  }

  @Test
  void aHeaderThatKeepsOutWithoutAJournalIsDamage() {
    byte[] image = new byte[65536];
    byte[] head = SmallQcow2.image(1);
    byte[] marker = io.keymoor.disk.qcow2.HeaderRewrite.marker(head, new byte[16], 1L << 40);
    System.arraycopy(marker, 0, image, 0, marker.length);
    assertThatThrownBy(() -> unfinished(image))
        .isInstanceOf(DiskException.DamagedImage.class)
        .hasMessageContaining("its journal is not sound");
  }

  private static boolean unfinished(byte[] image) {
    return new ConversionPlanner(new SimulatedDisk(image), DiskKey.NONE, TestDisk.key())
        .unfinished()
        .isPresent();
  }

  @FuzzTest(maxDuration = "30s")
  void noBytesAreTakenForAConversionOfOurs(byte[] bytes) {
    try {
      assertThat(unfinished(bytes)).isFalse();
    } catch (DiskException expected) {
      assertThat(expected.code()).isIn("disk_damaged", "disk_unsupported", "disk_wrong_key");
    }
  }
}
