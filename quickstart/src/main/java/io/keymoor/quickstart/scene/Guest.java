package io.keymoor.quickstart.scene;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.fasterxml.jackson.databind.JsonNode;
import io.keymoor.hypervisor.Domain;
import io.keymoor.hypervisor.DomainDisk;
import io.keymoor.hypervisor.lab.GuestConsole;
import io.keymoor.hypervisor.lab.GuestImage;
import io.keymoor.hypervisor.lab.TestGuest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HexFormat;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;

/**
 * The VM of the story: a small real guest that answers on its serial line.
 *
 * <p>Its disk holds a marker file, or is the user's; then size and first sector, as the guest reads
 * them, stand for its contents.
 */
public final class Guest implements AutoCloseable {
  private static final String NAME = "web01";
  private static final String TARGET = "vda";
  private static final int TPM_INDEX = 0x0150_0001;

  private final Scene scene;
  private final TestGuest guest;
  private final GuestConsole console;
  private final Optional<String> marker;
  private final String description;
  private Optional<String> remembered = Optional.empty();
  private Optional<byte[]> stored = Optional.empty();

  private Guest(Scene scene, TestGuest guest, Optional<String> marker, String description) {
    this.scene = scene;
    this.guest = guest;
    this.console = guest.openConsole();
    this.marker = marker;
    this.description = description;
  }

  /** A guest with a disk of its own: a file system and a marker file. */
  static Guest small(Scene scene) {
    GuestImage image = GuestImage.prepare(GuestImage.defaultCache());
    String marker = "keymoor-marker-" + UUID.randomUUID();
    Path disk = scene.places().datastore().resolve(NAME + ".qcow2");
    image.makeDisk(disk, "qcow2", marker);
    TestGuest guest = TestGuest.on(image, NAME, disk, "qcow2", scene.libvirt().guestDirectory());
    return defined(
        scene,
        new Guest(
            scene,
            guest,
            Optional.of(marker),
            "A Debian kernel with busybox, a 256 MiB qcow2 disk with ext4 and the marker "
                + marker
                + "."));
  }

  /** A guest on the user's disk, or a copy of it. */
  static Guest onDiskOf(Scene scene, Path userDisk, boolean useOriginal) {
    GuestImage image = GuestImage.prepare(GuestImage.defaultCache());
    String format = UserDisk.formatOf(userDisk);
    Path disk = useOriginal ? userDisk.toAbsolutePath() : copied(scene, userDisk, format);
    TestGuest guest = TestGuest.on(image, NAME, disk, format, scene.libvirt().guestDirectory());
    return defined(
        scene,
        new Guest(
            scene,
            guest,
            Optional.empty(),
            "A Debian kernel with busybox on "
                + (useOriginal ? "the disk " : "a copy of the disk ")
                + userDisk
                + " ("
                + format
                + ")."));
  }

  private static Path copied(Scene scene, Path userDisk, String format) {
    Path copy = scene.places().datastore().resolve(NAME + "." + format);
    try {
      Files.copy(userDisk, copy, StandardCopyOption.COPY_ATTRIBUTES);
      return copy;
    } catch (IOException failure) {
      throw new StoryFailed(
          "The disk " + userDisk + " could not be copied (" + failure.getMessage() + ").", failure);
    }
  }

  private static Guest defined(Scene scene, Guest made) {
    scene.hypervisor().define(made.guest.definition());
    return made;
  }

  /** The guest that an earlier run left. */
  static Guest found(Scene scene) {
    Domain domain =
        scene
            .hypervisor()
            .domain(NAME)
            .orElseThrow(() -> new StoryFailed("The VM " + NAME + " is gone; use --reset."));
    DomainDisk disk = domain.definition().disk(TARGET).orElseThrow();
    TestGuest guest =
        TestGuest.on(
            GuestImage.prepare(GuestImage.defaultCache()),
            NAME,
            disk.file().orElseThrow(),
            disk.format(),
            scene.libvirt().guestDirectory());
    return new Guest(scene, guest, Optional.empty(), "As an earlier run left it.");
  }

  public String name() {
    return NAME;
  }

  /** What it is, a sentence. */
  public String describe() {
    return description;
  }

  /** Where its disk is now, as its definition says. */
  public Path disk() {
    return definedDisk().file().orElseThrow();
  }

  /** "raw" or "qcow2", as its definition says. */
  public String diskFormat() {
    return definedDisk().format();
  }

  /** The key record beside its disk. */
  public Path sidecar() {
    Path disk = disk();
    return disk.resolveSibling(disk.getFileName() + ".keymoor");
  }

  private DomainDisk definedDisk() {
    return scene.hypervisor().domain(NAME).orElseThrow().definition().disk(TARGET).orElseThrow();
  }

  /** The marker as it is on a disk in clear; absent for a user's disk. */
  public Optional<byte[]> markerBytes() {
    return marker.map(text -> text.getBytes(US_ASCII));
  }

  /** Waits until it answers. */
  public void awaitUp() {
    console.waitForBoot(Scene.bootPatience());
  }

  /** What it sees of its disk, in words. */
  public String contents() {
    if (marker.isPresent()) {
      return "the marker file reads \"" + console.readMarker() + "\"";
    }
    GuestConsole.DiskView view = console.disk();
    return "its disk has "
        + view.bytes()
        + " bytes and a first sector with SHA-256 "
        + view.firstSectorSha256().substring(0, 16)
        + "…";
  }

  /**
   * Has it write a file of so many random bytes, and answers their SHA-256 as it read them back.
   */
  public String writeFile(String name, int bytes) {
    return console.writeFile(name, bytes);
  }

  /** The SHA-256 of a file as it reads it now. */
  public String checksum(String name) {
    return console.checksum(name);
  }

  /** Remembers what it sees now. */
  public void rememberContents() {
    remembered = Optional.of(contents());
    marker.ifPresent(expected -> requireEqual(expected, console.readMarker()));
  }

  /** Fails unless it sees what it saw before. */
  public void requireSameContents() {
    remembered.ifPresent(before -> requireEqual(before, contents()));
  }

  private static void requireEqual(String expected, String seen) {
    if (!expected.equals(seen)) {
      throw new StoryFailed("The guest should see: " + expected + ", but says: " + seen + ".");
    }
  }

  /** Fails unless the marker is to be read on the disk, which is in clear. */
  public String describeClearDisk() {
    if (markerBytes().isEmpty()) {
      return "Anybody with the file reads the same.";
    }
    if (!FileSearch.contains(disk(), markerBytes().get())) {
      throw new StoryFailed("The marker is not on the disk, so its absence would prove nothing.");
    }
    return "Anybody with the file " + disk().getFileName() + " reads it too.";
  }

  /** The major version of its TPM, as its kernel sees it. */
  public OptionalInt tpmVersion() {
    return console.tpmVersion();
  }

  /** What its TPM says; what was stored in it before has to be there still. */
  public String talkToTpm() {
    OptionalInt version = console.tpmVersion();
    if (version.isEmpty()) {
      throw new StoryFailed("The guest sees no TPM.");
    }
    byte[] random = console.tpm().random(16);
    String kept;
    if (stored.isPresent()) {
      byte[] loaded = console.tpm().load(TPM_INDEX, stored.get().length);
      if (!java.util.Arrays.equals(loaded, stored.get())) {
        throw new StoryFailed("The TPM has lost what the guest stored in it.");
      }
      kept = "what the guest stored in it is there";
    } else {
      console.tpm().store(TPM_INDEX, random);
      stored = Optional.of(random);
      kept = "it stores these bytes";
    }
    return "version "
        + version.getAsInt()
        + ", random bytes "
        + HexFormat.of().formatHex(random, 0, 8)
        + "…, "
        + kept;
  }

  /** Where the state of its TPM is. */
  public Path vtpmState() {
    return scene.libvirt().vtpmState(id());
  }

  /** Fails unless swtpm wrote its state encrypted. */
  public String proveVtpmStateEncrypted() {
    Path file = VtpmStateFile.find(vtpmState());
    VtpmStateFile.requireEncrypted(file, stored.orElse(new byte[0]));
    return "Its state at rest ("
        + scene.places().base().relativize(realPath(file))
        + ") is marked as encrypted by swtpm and does not compress.";
  }

  /** Its domain. */
  public UUID id() {
    return scene.hypervisor().domain(NAME).orElseThrow().id();
  }

  private static Path realPath(Path file) {
    try {
      return file.toRealPath();
    } catch (IOException gone) {
      throw new UncheckedIOException(gone);
    }
  }

  /** Powers it off and waits until the manager knows. */
  public void powerOff() {
    JsonNode end = scene.await(scene.client().stopVm(NAME, true));
    if (end.isEmpty()) {
      throw new StoryFailed("The VM could not be powered off.");
    }
    console.close();
    scene.expect().off(NAME);
  }

  /** Something that changes when the guest is restarted: QEMU's process. */
  public String incarnation() {
    return scene.virsh("domid", NAME).strip();
  }

  @Override
  public void close() {
    console.close();
  }
}
