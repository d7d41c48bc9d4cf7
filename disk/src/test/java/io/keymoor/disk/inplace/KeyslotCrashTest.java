package io.keymoor.disk.inplace;

import static io.keymoor.disk.TestDisk.MIB;
import static org.assertj.core.api.Assertions.assertThat;

import io.keymoor.disk.DiskException;
import io.keymoor.disk.Machine;
import io.keymoor.disk.SeededRandom;
import io.keymoor.disk.SimulatedDisk;
import io.keymoor.disk.TestDisk;
import io.keymoor.disk.luks.NewContainer;
import io.keymoor.disk.luks2.Luks2Header;
import io.keymoor.disk.luks2.Luks2Keys;
import io.keymoor.disk.luks2.Luks2Keyslots;
import io.keymoor.secret.SecretBytes;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The power fails while keys of a LUKS2 container come and go. */
class KeyslotCrashTest {
  private final SecretBytes kept = TestDisk.secret(TestDisk.KEY_TEXT);
  private final SecretBytes other = TestDisk.secret(TestDisk.OTHER_KEY_TEXT);

  @Test
  void theOtherKeyOpensWheneverThePowerFails() {
    SimulatedDisk disk = new SimulatedDisk(container());
    Luks2Keyslots keyslots = new Luks2Keyslots(disk, new SeededRandom(2));
    keyslots.add(kept, TestDisk.otherKey());
    int added = disk.eventCount();
    keyslots.remove(other);
    Random random = new Random(3);
    for (int point = 0; point <= disk.eventCount(); point++) {
      for (int attempt = 0; attempt < 8; attempt++) {
        SimulatedDisk left = disk.afterPowerFailure(point, SimulatedDisk.Loss.SOME, random);
        String where = "after event " + point;
        assertThat(opens(left, kept)).as(where).isTrue();
        if (point == 0 || point == disk.eventCount()) {
          assertThat(opens(left, other)).as(where).isFalse();
        } else if (point == added) {
          assertThat(opens(left, other)).as(where).isTrue();
        }
      }
    }
  }

  private static byte[] container() {
    SimulatedDisk disk = new SimulatedDisk(new byte[2 * MIB]);
    try (NewContainer container =
        Luks2Keys.create(TestDisk.key(), 512, MIB, new SeededRandom(1), Machine.JAVA)) {
      container.writeKeyMaterial(disk, 0);
      container.writeHeader(disk, 0);
    }
    return disk.content();
  }

  private static boolean opens(SimulatedDisk disk, SecretBytes passphrase) {
    try {
      Luks2Keys.unlock(disk, Luks2Header.read(disk), passphrase).close();
      return true;
    } catch (DiskException.WrongKey e) {
      return false;
    }
  }
}
