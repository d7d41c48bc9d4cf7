package io.keymoor.host.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.keymoor.crypto.CertificateLife;
import io.keymoor.host.config.Enrolment;
import io.keymoor.host.config.HostConfiguration;
import io.keymoor.host.config.HostDirectory;
import io.keymoor.host.testing.FakeManager;
import io.keymoor.host.testing.TestHost;
import io.keymoor.hypervisor.hook.StartHook;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A system in a directory of the test's. */
class DoctorTest {
  @TempDir Path path;

  private HostSystem system = HostSystem.real();

  @BeforeEach
  void aHealthySystem() throws IOException {
    system = new HostSystem(path.resolve("root"));
    put("/proc/swaps", "Filename Type Size Used Priority\n");
    put(
        "/proc/self/mountinfo",
        "21 1 8:1 / / rw - ext4 /dev/sda1 rw\n22 21 0:5 / /run rw - tmpfs tmpfs rw\n"
            + "23 21 0:6 / /var/lib/libvirt/qemu rw shared:1 - tmpfs tmpfs rw\n");
    put("/proc/sys/kernel/core_pattern", "core\n");
    put("/etc/libvirt/qemu.conf", "# max_core = \"unlimited\"\nmigrate_tls_force = 1\n");
    put("/sys/class/tpm/tpm0/tpm_version_major", "2\n");
    put("/dev/tpmrm0", "");
  }

  private void put(String file, String text) throws IOException {
    Path real = system.at(file);
    Files.createDirectories(real.resolveSibling(""));
    Files.writeString(real, text);
  }

  private static Finding only(Check check, String name) {
    return check.look().stream()
        .filter(finding -> finding.check().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static void assertAdvised(Finding finding, Finding.Level level, String... words) {
    assertThat(finding.level()).as(finding.text()).isEqualTo(level);
    assertThat(finding.text() + " " + finding.advice().orElse("")).contains(words);
  }

  private MemoryCheck memory() {
    return new MemoryCheck(system, Path.of("/run/keymoor"));
  }

  @Test
  void aHealthySystemHasNothingToPutRight() throws IOException {
    TestHost sealed = TestHost.initialised(path.resolve("host"));
    Files.writeString(sealed.directory().tpmSeal().file(), "");
    for (Check check :
        List.of(
            memory(), new LibvirtFilesCheck(system), new TpmCheck(sealed.directory(), system))) {
      assertThat(check.look())
          .allSatisfy(finding -> {
            assertThat(finding.level()).as(finding.text()).isEqualTo(Finding.Level.OK);
            assertThat(finding.advice()).isEmpty();
          });
    }
  }

  @Test
  void clearSwapMustBePutRight() throws IOException {
    put("/proc/swaps", "Filename Type Size Used Priority\n/dev/sda2 partition 1 0 -2\n");
    assertAdvised(only(memory(), "swap"), Finding.Level.FIX, "/dev/sda2", "swapoff -a");
  }

  @Test
  void zramThatWritesToADeviceIsClearSwap() throws IOException {
    put("/proc/swaps", "Filename Type Size Used Priority\n/dev/zram0 partition 1 0 100\n");
    put("/sys/block/zram0/backing_dev", "none\n");
    assertThat(only(memory(), "swap").level()).isEqualTo(Finding.Level.OK);
    put("/sys/block/zram0/backing_dev", "/dev/loop0\n");
    assertAdvised(only(memory(), "swap"), Finding.Level.FIX, "/dev/zram0");
  }

  @Test
  void aQemuThatMayDumpItsCoreIsNamed() throws IOException {
    put("/proc/4711/comm", "qemu-system-x86\n");
    put(
        "/proc/4711/limits",
        "Max core file size        0                    unlimited            bytes\n");
    put("/proc/4712/comm", "bash\n");
    put(
        "/proc/4712/limits",
        "Max core file size        unlimited            unlimited            bytes\n");
    assertThat(only(memory(), "core-dumps").level()).isEqualTo(Finding.Level.OK);
    put(
        "/proc/4711/limits",
        "Max core file size        unlimited            unlimited            bytes\n");
    assertAdvised(
        only(memory(), "core-dumps"), Finding.Level.WARN, "processes 4711", "max_core = 0");
  }

  @Test
  void directoriesThatMustBeInMemoryAreToldByTheirMount() throws IOException {
    put("/proc/self/mountinfo", "21 1 8:1 / / rw - ext4 /dev/sda1 rw\n");
    assertAdvised(
        only(memory(), "runtime-memory"), Finding.Level.FIX, "/run/keymoor is on a disk (ext4)");
    assertAdvised(
        only(memory(), "key-holder"), Finding.Level.FIX, "/run/keymoor/key-holder is on a disk");
    assertAdvised(only(memory(), "master-keys"), Finding.Level.WARN, "(ext4)", "tmpfs");
    assertThat(new HostSystem(path.resolve("nothing")).fileSystem("/run")).isEmpty();
  }

  @Test
  void statesAndDumpsThatLibvirtWroteAreNamed() throws IOException {
    put("/var/lib/libvirt/qemu/save/web01.save", "");
    put("/etc/libvirt/qemu.conf", "auto_dump_path = \"/srv/dumps\"\n");
    put("/srv/dumps/db.dump", "");
    Check check = new LibvirtFilesCheck(system);
    assertAdvised(
        only(check, "managed-save"), Finding.Level.WARN, "web01.save", "managedsave-remove");
    assertAdvised(only(check, "dumps"), Finding.Level.WARN, "/srv/dumps", "db.dump");
    assertAdvised(only(check, "migration"), Finding.Level.WARN, "migrate_tls_force = 1");
  }

  private Finding migration(Optional<String> uri, String check) {
    return only(
        new MigrationCheck(
            new Doctor.Migration(uri, uri.map(_ -> "10.0.0.1"), Path.of("/run/keymoor-migration")),
            system,
            io.keymoor.hypervisor.Libvirt::new),
        check);
  }

  private void readyForMigration() throws IOException {
    put("/proc/self/status", "");
    Path pki = system.at("/run/keymoor-migration");
    Files.createDirectories(pki);
    Files.setPosixFilePermissions(pki, PosixFilePermissions.fromString("rwxr-x---"));
    put(
        "/etc/libvirt/qemu.conf",
        "migrate_tls_x509_cert_dir = \"/run/keymoor-migration\"\nmigrate_tls_x509_verify = 1\n");
  }

  @Test
  void whatMigrationsNeedIsLookedAtWhereTheyAreSetUp() throws IOException {
    assertThat(migration(Optional.empty(), "migration-uri").level()).isEqualTo(Finding.Level.OK);
    Optional<String> ssh = Optional.of("qemu+ssh://kvm1/system");
    assertAdvised(
        migration(ssh, "migration-tls"), Finding.Level.FIX, "migrate_tls_x509_cert_dir = ");
    assertAdvised(
        migration(ssh, "migration-keys"), Finding.Level.FIX, "no directory", "install -d");
    readyForMigration();
    for (String check : List.of("migration-uri", "migration-tls", "migration-keys")) {
      assertThat(migration(ssh, check).level()).as(check).isEqualTo(Finding.Level.OK);
    }
    put("/etc/libvirt/qemu.conf", "migrate_tls_x509_cert_dir = \"/run/keymoor-migration\"\n");
    assertAdvised(
        migration(ssh, "migration-tls"), Finding.Level.FIX, "migrate_tls_x509_verify = 1");
  }

  @Test
  void theKeysOfMigrationsMustBeRootsAndQemusAndOnNoDisk() throws IOException {
    readyForMigration();
    Optional<String> ssh = Optional.of("qemu+ssh://kvm1/system");
    Path pki = system.at("/run/keymoor-migration");
    Files.setPosixFilePermissions(pki, PosixFilePermissions.fromString("rwxrwx---"));
    assertAdvised(migration(ssh, "migration-keys"), Finding.Level.FIX, "rwxrwx---");
    Files.setPosixFilePermissions(pki, PosixFilePermissions.fromString("rwxr-xr-x"));
    assertAdvised(migration(ssh, "migration-keys"), Finding.Level.FIX, "others may read");
    Files.setPosixFilePermissions(pki, PosixFilePermissions.fromString("rwx------"));
    put("/proc/self/mountinfo", "21 1 8:1 / / rw - ext4 /dev/sda1 rw\n");
    assertAdvised(migration(ssh, "migration-keys"), Finding.Level.WARN, "(ext4)", "tmpfs");
  }

  @Test
  void anAddressThatOtherHostsDontUseOrThatNobodyAnswersIsTold() throws IOException {
    readyForMigration();
    assertAdvised(
        migration(Optional.of("qemu+ext://kvm1/system?command=/bin/sh"), "migration-uri"),
        Finding.Level.FIX,
        "use neither");
    assertAdvised(
        migration(
            Optional.of("qemu+unix:///system?socket=" + path.resolve("none")), "migration-uri"),
        Finding.Level.WARN,
        "is not answered",
        "virsh -c");
  }

  private HostDirectory none() {
    return new HostDirectory(path.resolve("none"));
  }

  @Test
  void aTpmThatDoesNotSealTheConfigurationIsToBeUsed() throws IOException {
    put("/sys/class/tpm/tpm0/tpm_version_major", "2\n");
    put("/dev/tpmrm0", "");
    assertAdvised(
        only(new TpmCheck(none(), system), "tpm"), Finding.Level.WARN, "keymoor host seal");
    TestHost host = TestHost.initialised(path.resolve("host"));
    Files.writeString(host.directory().tpmSeal().file(), "");
    assertThat(only(new TpmCheck(host.directory(), system), "tpm").level())
        .isEqualTo(Finding.Level.OK);
    String suspended =
        """
        keymoor-host-tpm 2
        tcti device:/dev/tpmrm0
        pcrs 7
        suspended bbbbbbbb-0000-4000-8000-000000000001
        keymoor-tpm-sealed 1
        pcrs
        primary AA==
        public AA==
        private AA==
        """;
    Files.writeString(host.directory().tpmSeal().file(), suspended);
    assertAdvised(
        only(new TpmCheck(host.directory(), system), "tpm"),
        Finding.Level.WARN,
        "are suspended",
        "keymoor host tpm resume");
    Files.writeString(
        host.directory().tpmSeal().file(), suspended.replaceFirst("suspended .*\n", ""));
    assertThat(only(new TpmCheck(host.directory(), system), "tpm").text())
        .endsWith("to its registers 7.");
  }

  @Test
  void aHostWithoutATpmOrWithAnOldOneIsWarned() throws IOException {
    put("/sys/class/tpm/tpm0/tpm_version_major", "1\n");
    assertAdvised(
        only(new TpmCheck(none(), system), "tpm"), Finding.Level.WARN, "no TPM 2.0 that can");
    HostSystem bare = new HostSystem(path.resolve("bare"));
    assertAdvised(
        only(new TpmCheck(none(), bare), "tpm"), Finding.Level.WARN, "has no TPM 2.0", "encrypt");
  }

  @Test
  void versionsAreComparedNumberByNumber() {
    assertThat(VersionsCheck.isAtLeast("10.0.0", "8.9.0")).isTrue();
    assertThat(VersionsCheck.isAtLeast("8.9.0", "8.9.0")).isTrue();
    assertThat(VersionsCheck.isAtLeast("8.10", "8.9.0")).isTrue();
    assertThat(VersionsCheck.isAtLeast("8.8.9", "8.9.0")).isFalse();
    assertThat(VersionsCheck.isAtLeast("unavailable", "8.9.0")).isFalse();
  }

  @Test
  void aMissingLibvirtAndAMissingSwtpmAreExplained() {
    Check check =
        new VersionsCheck(
            () -> new io.keymoor.hypervisor.Libvirt("qemu+unix:///system?socket=" + path + "/no"),
            system);
    assertAdvised(only(check, "libvirt"), Finding.Level.FIX, "systemctl start libvirtd");
    assertAdvised(only(check, "swtpm"), Finding.Level.WARN, "apt-get install swtpm");
  }

  @Test
  void filesThatOthersCanReadAreNamedWithTheCommandThatHelps() throws IOException {
    TestHost host = TestHost.initialised(path.resolve("host"));
    Check check = new DirectoryCheck(host.directory(), HostSystem.real());
    assertThat(only(check, "directory").level()).isEqualTo(Finding.Level.OK);
    Path key = host.directory().key().file();
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r-----"));
    assertAdvised(only(check, "directory"), Finding.Level.FIX, "rw-r-----", "chmod 600 " + key);
    Files.delete(key);
    assertAdvised(
        only(check, "directory"), Finding.Level.FIX, key + " is missing", "--reinstalled");
  }

  @Test
  void aDirectoryThatIsNoneIsToBeInitialised() {
    Check check =
        new DirectoryCheck(
            new io.keymoor.host.config.HostDirectory(path.resolve("no")), HostSystem.real());
    assertAdvised(only(check, "directory"), Finding.Level.FIX, "keymoor host join");
  }

  @Test
  void theHookMustBeThereAndRootsAlone() throws IOException {
    Path hooks = path.resolve("hooks");
    Path runtime = Files.createDirectories(path.resolve("runtime"));
    Check check = new HookCheck(hooks, runtime, HostSystem.real());
    assertAdvised(only(check, "hook"), Finding.Level.FIX, "missing", "restart libvirtd");
    Path script = StartHook.install(hooks, runtime).script();
    assertThat(check.look()).allMatch(finding -> finding.level() == Finding.Level.OK);
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxrwxr-x"));
    assertAdvised(only(check, "hook"), Finding.Level.FIX, "chmod go-w " + script);
    StartHook.install(hooks, path.resolve("elsewhere"));
    assertAdvised(only(check, "hook"), Finding.Level.FIX, "--runtime-dir");
  }

  @Test
  void theManagerIsAskedLayerByLayer() throws IOException {
    FakeManager manager = new FakeManager();
    TestHost host = TestHost.enrolled(path.resolve("host"), manager);
    Check check = new ManagerCheck(host.directory(), InstantSource.system());
    assertThat(only(check, "manager").level()).isEqualTo(Finding.Level.OK);
    assertThat(only(check, "clock").level()).isEqualTo(Finding.Level.OK);
    Check fast =
        new ManagerCheck(
            host.directory(), InstantSource.offset(InstantSource.system(), Duration.ofMinutes(9)));
    assertAdvised(only(fast, "clock"), Finding.Level.FIX, "ahead of the manager's", "set-ntp");
    assertThat(manager.hellos()).as("it says nothing that counts").isEmpty();
    manager.close();
    assertAdvised(only(check, "manager"), Finding.Level.WARN, "layer: TCP", "firewall");
  }

  @Test
  void aNameWithoutAddressIsTheLayerOfNames() throws IOException {
    try (FakeManager manager = new FakeManager()) {
      TestHost host = TestHost.initialised(path.resolve("host"));
      io.keymoor.protocol.EnrolmentGrant grant = manager.enrol(host.request());
      Files.write(
          host.directory().grant(),
          io.keymoor.protocol.LinkJson.write(
              new io.keymoor.protocol.EnrolmentGrant(
                  grant.hostId(),
                  grant.clusterId(),
                  "https://no-such-manager.invalid:8443",
                  grant.caPem(),
                  grant.certificatePem())));
      Check check = new ManagerCheck(host.directory(), InstantSource.system());
      assertAdvised(only(check, "manager"), Finding.Level.WARN, "layer: DNS", "/etc/hosts");
    }
  }

  @Test
  void theCertificateIsJudgedByTheClock() {
    try (FakeManager manager = new FakeManager()) {
      TestHost host = TestHost.enrolled(path.resolve("host"), manager);
      CertificateLife life;
      try (HostConfiguration configuration = host.configuration()) {
        life =
            CertificateLife.of(
                Enrolment.look(host.directory(), configuration).identity().certificate());
      }
      assertThat(certificate(host, Instant.now()).level()).isEqualTo(Finding.Level.OK);
      assertAdvised(
          certificate(host, life.ends().minus(Duration.ofDays(10))),
          Finding.Level.WARN,
          "was not renewed");
      assertAdvised(
          certificate(host, life.ends().plusSeconds(1)),
          Finding.Level.FIX,
          "keymoor host token create --host");
      assertAdvised(
          certificate(host, life.begins().minusSeconds(1)), Finding.Level.FIX, "set the clock");
    }
  }

  private static Finding certificate(TestHost host, Instant now) {
    return only(new IdentityCheck(host.directory(), InstantSource.fixed(now)), "certificate");
  }

  @Test
  void aHostThatIsNotEnrolledIsToldHow() {
    TestHost host = TestHost.initialised(path.resolve("host"));
    InstantSource clock = InstantSource.system();
    assertAdvised(
        only(new IdentityCheck(host.directory(), clock), "enrolment"),
        Finding.Level.FIX,
        "keymoor host token create --cluster");
    assertThat(only(new ManagerCheck(host.directory(), clock), "manager").level())
        .isEqualTo(Finding.Level.WARN);
  }

  @Test
  void aCheckThatFailsKeepsNoOtherFromBeingMade() {
    List<Finding> findings =
        new Doctor(
                List.of(
                    () -> {
                      throw new IllegalStateException("broken");
                    },
                    new TpmCheck(none(), system)))
            .examine();
    assertThat(findings).extracting(Finding::check).containsExactly("doctor", "tpm");
    assertThat(Doctor.mustFix(findings)).isFalse();
  }
}
