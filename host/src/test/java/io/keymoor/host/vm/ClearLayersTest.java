package io.keymoor.host.vm;

import static org.assertj.core.api.Assertions.assertThat;

import io.keymoor.hypervisor.Domain;
import io.keymoor.hypervisor.DomainDefinition;
import io.keymoor.hypervisor.MemorySnapshot;
import io.keymoor.protocol.VmReport.Concern;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What lies in clear of an encrypted VM is told, whoever brought it there (R10). */
class ClearLayersTest {
  private TestHost host;

  @BeforeEach
  void makeEncryptedVm(@TempDir Path directory) {
    host = new TestHost(directory);
    host.defineVm();
    host.succeed(TestHost.encrypt());
  }

  @AfterEach
  void close() {
    host.close();
  }

  private List<String> found() {
    assertThat(host.report().concerns())
        .allMatch(concern -> concern.kind() == Concern.Kind.IN_CLEAR);
    return host.report().concerns().stream().map(Concern::sentence).toList();
  }

  private Path overlay(Path below, String format) {
    Tools.require("qemu-img");
    Path overlay = host.datastore.resolve("overlay.qcow2");
    Tools.run("qemu-img", "create", "-q", "-f", "qcow2", "-b", below, "-F", format, overlay);
    return overlay;
  }

  private void put(String target, Path file, Optional<UUID> secret) {
    host.hypervisor.define(host.definition().withDisk(target, file, "qcow2", secret));
  }

  @Test
  void nothingIsToldOfAVmThatIsEncryptedWhole() {
    assertThat(found()).isEmpty();
    host.hypervisor.power(TestHost.VM, Domain.Power.RUNNING);
    assertThat(found()).isEmpty();
  }

  @Test
  void aSnapshotWithoutEncryption() {
    Path encrypted = host.definition().disk("vdb").orElseThrow().file().orElseThrow();
    Tools.require("qemu-img");
    Path overlay = host.datastore.resolve("snapshot.qcow2");
    Tools.run("qemu-img", "create", "-q", "-f", "qcow2", overlay, "4M");
    put("vdb", overlay, Optional.empty());
    assertThat(found())
        .singleElement()
        .asString()
        .startsWith("Disk vdb is written in clear to " + overlay)
        .contains("blockcommit");
    put("vdb", encrypted, Optional.of(secretOf("vdb")));
    assertThat(found()).isEmpty();
  }

  private UUID secretOf(String target) {
    return host.record().current("disk:" + target).orElseThrow().secretId();
  }

  @Test
  void aBackingFileInClearBelowAnEncryptedDisk() {
    Path clear = host.fullRaw("base.img", 1 << 20, 7);
    put("vdb", overlay(clear, "raw"), Optional.of(secretOf("vdb")));
    assertThat(found()).singleElement().asString().contains("in clear: " + clear);
  }

  @Test
  void anEncryptedBackingFileIsNone() {
    Path encrypted = host.definition().disk("vda").orElseThrow().file().orElseThrow();
    Path overlay = host.datastore.resolve("overlay.qcow2");
    Tools.require("qemu-img");
    String format = host.definition().disk("vda").orElseThrow().format();
    Tools.run(
        "qemu-img",
        "create",
        "-q",
        "-u",
        "-f",
        "qcow2",
        "-b",
        encrypted,
        "-F",
        format,
        overlay,
        "2M");
    put("vda", overlay, Optional.of(secretOf("vda")));
    assertThat(found()).isEmpty();
  }

  @Test
  void savedMemory() {
    host.hypervisor.save(TestHost.VM);
    assertThat(found()).singleElement().asString().contains("managedsave-remove web01");
  }

  @Test
  void memoryInAFileOfASnapshotAsLongAsTheFileIsThere() throws IOException {
    Path memory = Files.writeString(host.datastore.resolve("web01.before"), "of a guest");
    host.hypervisor.power(TestHost.VM, Domain.Power.RUNNING);
    host.hypervisor.snapshot(TestHost.VM, new MemorySnapshot("before", memory));
    assertThat(found())
        .singleElement()
        .asString()
        .contains("\"before\"", memory.toString(), "snapshot-delete --metadata web01");
    Files.delete(memory);
    assertThat(found()).isEmpty();
  }

  @Test
  void uefiVariables() {
    DomainDefinition definition = host.definition();
    host.hypervisor.define(
        DomainDefinition.parse(
            definition.xml().replace("</os>", "<nvram>/vm/web01_VARS.fd</nvram></os>")));
    assertThat(found())
        .containsExactly("The UEFI variables in /vm/web01_VARS.fd are not encrypted.");
  }

  @Test
  void aPartThatNobodyAskedToEncryptIsNotTold() {
    host.succeed(TestHost.decrypt("disk:vdb"));
    assertThat(found()).isEmpty();
    host.succeed(TestHost.decrypt());
    host.hypervisor.save(TestHost.VM);
    assertThat(found()).isEmpty();
  }
}
