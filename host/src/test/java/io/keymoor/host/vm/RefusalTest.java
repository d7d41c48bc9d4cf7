package io.keymoor.host.vm;

import static io.keymoor.host.vm.TestHost.disk;
import static org.assertj.core.api.Assertions.assertThat;

import io.keymoor.host.command.CommandControl;
import io.keymoor.hypervisor.Domain;
import io.keymoor.protocol.CommandOutcome;
import io.keymoor.protocol.HostCommand;
import io.keymoor.protocol.Rewrite;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is refused says why and what to do, and leaves VM and files as they were. */
class RefusalTest {
  private static final int MIB = 1024 * 1024;
  private TestHost host;

  @BeforeEach
  void makeHost(@TempDir Path directory) {
    host = new TestHost(directory);
  }

  @AfterEach
  void close() {
    host.close();
  }

  private void assertRefused(HostCommand command, String code, String... words) {
    List<String> files = host.files();
    String xml = host.hypervisor.xml(TestHost.VM);
    CommandOutcome.Failed failed = host.fail(command);
    assertThat(failed.code()).isEqualTo(code);
    assertThat(failed.sentence()).contains(words);
    assertThat(host.files()).isEqualTo(files);
    assertThat(host.hypervisor.xml(TestHost.VM)).isEqualTo(xml);
    assertThat(host.journalIsEmpty()).isTrue();
    assertThat(host.hypervisor.secrets()).isEmpty();
  }

  @Test
  void aRunningVmIsNotEncrypted() {
    host.defineVm();
    host.hypervisor.power(TestHost.VM, Domain.Power.RUNNING);
    Rewrite copy = new Rewrite(Rewrite.Way.COPY, 0);
    assertRefused(TestHost.encrypt(copy), "vm_running", "web01", "Nothing was changed", "vm stop");
  }

  @Test
  void aVmSavedWithItsMemoryIsNotEncrypted() {
    host.defineVm();
    host.hypervisor.save(TestHost.VM);
    assertRefused(TestHost.encrypt(), "vm_saved", "web01", "managedsave-remove");
    assertRefused(TestHost.addVtpm(), "vm_saved", "Nothing was changed");
  }

  @Test
  void aPausedVmIsNotDecrypted() {
    host.defineVm();
    host.succeed(TestHost.encrypt());
    host.hypervisor.power(TestHost.VM, Domain.Power.PAUSED);
    assertRefused(
        TestHost.decrypt(new Rewrite(Rewrite.Way.COPY, 0)),
        "vm_running",
        "decryption by copy needs it powered off");
  }

  @Test
  void aVmThatLibvirtDoesNotKnowIsNotFound() {
    CommandOutcome.Failed failed = host.fail(TestHost.encrypt());
    assertThat(failed.code()).isEqualTo("vm_not_found");
    assertThat(failed.vm()).isEmpty();
  }

  @Test
  void whoFindsLibvirtAwayHearsThatNothingWasBegun() {
    host.defineVm();
    host.hypervisor.away(true);
    CommandOutcome.Failed failed =
        host.fail(
            new HostCommand.MigrateVm(
                "m", TestHost.VM, UUID.randomUUID(), "kvm2", "qemu+tls://kvm2/system", "kvm2"));
    assertThat(failed.code()).isEqualTo("libvirt_unavailable");
    assertThat(failed.sentence())
        .contains("can't be reached", "Nothing was changed", "runs on if it ran", "Try again");
    host.hypervisor.away(false);
    assertThat(host.journalIsEmpty()).isTrue();
  }

  @Test
  void aProviderThatTheHostDoesNotHaveIsNamed() {
    host.defineVm();
    UUID unknown = UUID.fromString("99999999-0000-4000-8000-000000000009");
    assertRefused(
        new HostCommand.EncryptVm("c", TestHost.VM, List.of(), unknown, "k"),
        "provider_not_found",
        unknown.toString());
  }

  @Test
  void aMissingDiskIsNamed() {
    host.defineVm();
    TestHost.delete(host.datastore.resolve("web01.img"));
    assertRefused(TestHost.encrypt(), "disk_missing", "web01.img");
  }

  @Test
  void aDirectoryIsNoDisk() throws IOException {
    Path directory = Files.createDirectory(host.datastore.resolve("folder"));
    host.define(TestHost.VM, "web01", disk("vda", directory, "raw", ""));
    assertRefused(TestHost.encrypt(), "disk_not_a_disk", "directory");
  }

  @Test
  void aQcow2ImageThatIsNoneIsRefused() {
    Path raw = host.fullRaw("not.qcow2", MIB, 1);
    host.define(TestHost.VM, "web01", disk("vda", raw, "qcow2", ""));
    CommandOutcome.Failed failed = host.fail(TestHost.encrypt());
    assertThat(failed.code()).startsWith("disk_");
    assertThat(host.files()).containsExactly("not.qcow2");
  }

  @Test
  void aReadOnlyDiskIsRefused() {
    Path raw = host.fullRaw("a.img", MIB, 1);
    host.define(TestHost.VM, "web01", disk("vda", raw, "raw", "<readonly/>"));
    assertRefused(TestHost.encrypt(), "disk_read_only", "disk:vda", "--part");
  }

  @Test
  void aShareableDiskIsRefused() {
    Path raw = host.fullRaw("a.img", MIB, 1);
    host.define(TestHost.VM, "web01", disk("vda", raw, "raw", "<shareable/>"));
    assertRefused(TestHost.encrypt(), "disk_shared", "disk:vda", "other VMs");
  }

  @Test
  void aDiskOfTwoVmsIsRefusedNamingTheOther() {
    Path raw = host.fullRaw("a.img", MIB, 1);
    host.define(TestHost.VM, "web01", disk("vda", raw, "raw", ""));
    host.define(TestHost.OTHER_VM, "web02", disk("vda", raw, "raw", ""));
    assertRefused(TestHost.encrypt(), "disk_shared", "web02");
  }

  @Test
  void theImageBelowTheDiskOfAnotherVmIsRefused() {
    Tools.require("qemu-img");
    Path template = host.qcow2("template.qcow2", 1);
    Path middle = overlay("middle.qcow2", template.getFileName().toString());
    Path clone = overlay("clone.qcow2", middle.toString());
    host.define(TestHost.VM, "web01", disk("vda", template, "qcow2", ""));
    host.define(TestHost.OTHER_VM, "web02", disk("vda", clone, "qcow2", ""));
    assertRefused(TestHost.encrypt(), "disk_shared", "template.qcow2", "web02", "backing file");
  }

  private Path overlay(String name, String backing) {
    Path image = host.qcow2(name, 3);
    Tools.run(
        "qemu-img",
        "rebase",
        "-u",
        "-F",
        "qcow2",
        "-b",
        backing,
        image.toAbsolutePath().toString());
    return image;
  }

  @Test
  void aDiskOfTwoVmsUnderTwoNamesIsRefused() throws IOException {
    Path raw = host.fullRaw("a.img", MIB, 1);
    Path link = Files.createSymbolicLink(host.datastore.resolve("b.img"), raw);
    host.define(TestHost.VM, "web01", disk("vda", raw, "raw", ""));
    host.define(TestHost.OTHER_VM, "web02", disk("vda", link, "raw", ""));
    assertRefused(TestHost.encrypt(), "disk_shared", "web02");
  }

  @Test
  void aDiskBehindALinkIsRefused() throws IOException {
    Path raw = host.fullRaw("a.img", MIB, 1);
    Path link = Files.createSymbolicLink(host.datastore.resolve("b.img"), raw);
    host.define(TestHost.VM, "web01", disk("vda", link, "raw", ""));
    assertRefused(TestHost.encrypt(), "disk_has_other_names", "b.img");
  }

  @Test
  void aDiskWithASecondNameIsRefused() throws IOException {
    Path raw = host.fullRaw("a.img", MIB, 1);
    Files.createLink(host.datastore.resolve("kept.img"), raw);
    host.define(TestHost.VM, "web01", disk("vda", raw, "raw", ""));
    assertRefused(TestHost.encrypt(), "disk_has_other_names", "a.img");
  }

  @Test
  void aNetworkDiskIsRefused() {
    host.define(
        TestHost.VM,
        "web01",
        "<disk type='network' device='disk'><driver name='qemu' type='raw'/><source protocol='rbd'"
            + " name='pool/image'/><target dev='vda' bus='virtio'/></disk>");
    assertRefused(TestHost.encrypt("disk:vda"), "disk_not_a_file", "network");
  }

  @Test
  void aVmWithoutADiskInAFileHasNoPlaceForItsHome() {
    host.define(TestHost.VM, "web01", "");
    assertRefused(TestHost.encrypt("home"), "home_has_no_place", "beside the first disk");
  }

  @Test
  void anotherFormatIsRefused() {
    Path raw = host.fullRaw("a.vmdk", MIB, 1);
    host.define(TestHost.VM, "web01", disk("vda", raw, "vmdk", ""));
    assertRefused(TestHost.encrypt(), "disk_format_unsupported", "vmdk", "qemu-img");
  }

  @Test
  void aPartThatTheVmDoesNotHaveIsRefused() {
    host.defineVm();
    assertRefused(TestHost.encrypt("disk:vdz"), "part_unknown", "disk:vdz");
    assertRefused(TestHost.encrypt("../etc"), "part_unknown", "../etc");
  }

  @Test
  void aDiskWithABackingFileIsRefused() {
    Tools.require("qemu-img");
    Path base = host.qcow2("base.qcow2", 3);
    Path overlay = host.datastore.resolve("overlay.qcow2");
    Tools.run("qemu-img", "create", "-q", "-f", "qcow2", "-F", "qcow2", "-b", base, overlay);
    host.define(TestHost.VM, "web01", disk("vda", overlay, "qcow2", ""));
    assertRefused(TestHost.encrypt(), "disk_has_backing_file", "base.qcow2", "rebase");
  }

  @Test
  void aDiskWithInternalSnapshotsIsRefused() {
    Tools.require("qemu-img");
    Path image = host.qcow2("a.qcow2", 3);
    Tools.run("qemu-img", "snapshot", "-c", "before", image);
    host.define(TestHost.VM, "web01", disk("vda", image, "qcow2", ""));
    assertRefused(TestHost.encrypt(), "disk_has_snapshots", "1 internal snapshots");
  }

  @Test
  void tooLittleSpaceForAllNewImagesTogetherIsFoundBeforeTheFirst() {
    host.defineVm();
    host.freeSpace(directory -> 7L * MIB);
    assertRefused(
        TestHost.encrypt(), "disk_not_enough_space", "need about", "are free", "Make room");
  }

  @Test
  void aDiskThatAVmOnAnotherHostUsesIsRefused() throws IOException {
    host.defineVm();
    try (var inUse = io.keymoor.disk.ImageFile.openToChange(host.datastore.resolve("web01.img"))) {
      assertThat(inUse.length()).isPositive();
      assertRefused(TestHost.encrypt(), "disk_in_use", "web01.img");
    }
  }

  @Test
  void anEncryptedPartIsNotEncryptedAgainWithAnotherKey() {
    host.defineVm();
    host.succeed(TestHost.encrypt());
    assertRefused(
        new HostCommand.EncryptVm("c", TestHost.VM, List.of("disk:vda"), TestHost.LAB, "other"),
        "disk_already_encrypted",
        "key-1",
        "vm rekey");
  }

  @Test
  void aDiskThatSomebodyElseEncryptedIsNotOurs() {
    Path raw = host.fullRaw("a.img", MIB, 1);
    host.define(
        TestHost.VM,
        "web01",
        disk(
            "vda",
            raw,
            "raw",
            "<encryption format='luks'><secret type='passphrase'"
                + " uuid='11111111-2222-3333-4444-555555555555'/></encryption>"));
    assertRefused(TestHost.encrypt(), "disk_already_encrypted", "disk:vda");
    assertThat(host.report().parts().get(1).note()).contains("in no key record");
  }

  @Test
  void aVmEncryptedOtherwiseHidesNoOther() {
    host.defineVm();
    Path raw = host.fullRaw("other.img", MIB, 5);
    host.define(
        TestHost.OTHER_VM,
        "web02",
        disk(
            "vda",
            raw,
            "raw",
            "<encryption format='luks'><secret type='passphrase' usage='web02'/></encryption>"));
    assertThat(host.vms().report()).hasSize(2);
    host.vms().recover();
    host.succeed(TestHost.encrypt());
    assertThat(
            host.fail(
                    new HostCommand.EncryptVm(
                        "c", TestHost.OTHER_VM, List.of("disk:vda"), TestHost.LAB, "k"))
                .code())
        .isEqualTo("disk_already_encrypted");
  }

  @Test
  void aVmWithoutKeysIsNotRekeyed() {
    host.defineVm();
    assertRefused(TestHost.rekey(TestHost.LAB, "k"), "vm_not_encrypted", "vm encrypt");
  }

  @Test
  void aVtpmIsNotHotPlugged() {
    host.defineVm();
    host.hypervisor.power(TestHost.VM, Domain.Power.RUNNING);
    assertRefused(TestHost.addVtpm(), "vm_running", "not hot-pluggable");
    host.hypervisor.power(TestHost.VM, Domain.Power.OFF);
    host.succeed(TestHost.addVtpm());
    host.hypervisor.power(TestHost.VM, Domain.Power.RUNNING);
    assertRefused(TestHost.removeVtpm(), "vm_running", "not hot-pluggable");
  }

  @Test
  void vtpmStateOfSomebodyElseIsNotTakenOver() throws IOException {
    host.defineVm();
    Path foreign = Files.createDirectories(host.swtpm.resolve(TestHost.VM.toString() + "/tpm2"));
    assertRefused(TestHost.addVtpm(), "vtpm_state_exists", host.swtpm.toString());
    assertThat(foreign).isDirectory();
  }

  @Test
  void aTpmThatKeymoorDidNotAddIsLeftAlone() {
    Path raw = host.fullRaw("a.img", MIB, 1);
    host.define(
        TestHost.VM,
        "web01",
        disk("vda", raw, "raw", "")
            + "<tpm model='tpm-crb'><backend type='emulator' version='2.0'/></tpm>");
    assertRefused(TestHost.addVtpm(), "vtpm_present", "did not add");
    assertRefused(TestHost.removeVtpm(), "vtpm_not_ours", "virsh edit");
    assertThat(host.report().parts().get(0).note()).contains("not encrypted");
  }

  @Test
  void aHomeWithAVtpmIsNotDecrypted() {
    host.defineVm();
    host.succeed(TestHost.addVtpm());
    assertRefused(TestHost.decrypt(), "vtpm_present", "Remove the vTPM first");
  }

  @Test
  void nothingIsDoneWithALockedVm() {
    host.defineVm();
    host.succeed(TestHost.encrypt("disk:vda"));
    host.keys.replace(List.of(TestHost.provider(TestHost.SECOND, "second", 2)));
    for (HostCommand command :
        List.of(
            TestHost.start(),
            TestHost.decrypt(),
            TestHost.rekey(TestHost.SECOND, "k"),
            TestHost.addVtpm(),
            TestHost.unlock(false))) {
      assertRefused(command, "vm_locked", "key-1", "lab");
    }
    assertThat(host.lockedReason())
        .hasValueSatisfying(
            why -> assertThat(why).contains("key-1", "lab", TestHost.LAB.toString()));
    host.keys.replace(TestHost.providers());
    assertThat(host.lockedReason()).isEmpty();
  }

  @Test
  void aCancelledEncryptionLeavesNothingBehind() {
    host.defineVm();
    List<String> files = host.files();
    String xml = host.hypervisor.xml(TestHost.VM);
    CommandControl cancelled =
        new CommandControl() {
          @Override
          public void progress(String phase, long done, long total, String unit) {}

          @Override
          public boolean cancelled() {
            return true;
          }
        };
    CommandOutcome outcome = host.vms().commands().execute(TestHost.encrypt(), cancelled);
    assertThat(outcome).isInstanceOf(CommandOutcome.Cancelled.class);
    assertThat(host.files()).isEqualTo(files);
    assertThat(host.hypervisor.xml(TestHost.VM)).isEqualTo(xml);
    assertThat(host.journalIsEmpty()).isTrue();
  }

  @Test
  void libvirtsRefusalIsRolledBackAndToldInItsWords() {
    host.defineVm();
    host.hypervisor.failNextCommit(FakeHypervisor.Fault.REFUSED);
    assertRefused(TestHost.encrypt(), "libvirt_refused", "no");
  }
}
