package io.keymoor.hypervisor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class DomainDefinitionTest {
  private static final UUID ID = UUID.fromString("8a6ff6ce-3c1e-4f0e-9f0b-62d1a4e35f10");
  private static final UUID SECRET = UUID.fromString("11111111-2222-3333-4444-555555555555");
  private static final UUID OTHER = UUID.fromString("99999999-2222-3333-4444-555555555555");
  private static final String XML =
      """
      <domain type='kvm' xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'>
        <name>web01</name>
        <uuid>8a6ff6ce-3c1e-4f0e-9f0b-62d1a4e35f10</uuid>
        <metadata>
          <other:app xmlns:other='urn:other'>kept</other:app>
        </metadata>
        <os><nvram>/var/lib/libvirt/qemu/nvram/web01_VARS.fd</nvram></os>
        <devices>
          <disk type='file' device='disk'>
            <driver name='qemu' type='qcow2' cache='none'/>
            <source file='/images/web01.qcow2' index='2'/>
            <backingStore type='file'><source file='/images/base.qcow2'/></backingStore>
            <target dev='vda' bus='virtio'/>
          </disk>
          <disk type='network' device='disk'>
            <source protocol='rbd' name='pool/image'/>
            <target dev='vdb' bus='virtio'/>
            <shareable/>
          </disk>
          <disk type='file' device='cdrom'>
            <target dev='sda' bus='sata'/>
            <readonly/>
          </disk>
          <graphics type='vnc' passwd='hunter2'/>
        </devices>
        <qemu:commandline><qemu:arg value='-foo'/></qemu:commandline>
      </domain>
      """;

  @Test
  void saysWhatIsInADefinition() {
    DomainDefinition definition = DomainDefinition.parse(XML);

    assertThat(definition.id()).isEqualTo(ID);
    assertThat(definition.name()).isEqualTo("web01");
    assertThat(definition.nvram()).contains(Path.of("/var/lib/libvirt/qemu/nvram/web01_VARS.fd"));
    assertThat(definition.tpm()).isEmpty();
    assertThat(definition.keyRecord()).isEmpty();
    assertThat(definition.disks())
        .containsExactly(
            new DomainDisk(
                "vda",
                "disk",
                "file",
                Optional.of(Path.of("/images/web01.qcow2")),
                "qcow2",
                false,
                false,
                Optional.empty()),
            new DomainDisk(
                "vdb", "disk", "network", Optional.empty(), "raw", false, true, Optional.empty()),
            new DomainDisk(
                "sda", "cdrom", "none", Optional.empty(), "raw", true, false, Optional.empty()));
  }

  @Test
  void fillsInAMissingIdAndKeepsIt() {
    DomainDefinition definition = DomainDefinition.parse("<domain><name>a</name></domain>");

    assertThat(DomainDefinition.parse(definition.xml()).id()).isEqualTo(definition.id());
  }

  @Test
  void aDiskMovesToAnEncryptedImage() {
    DomainDefinition moved =
        reread(
            DomainDefinition.parse(XML)
                .withDisk("vda", Path.of("/images/new.img"), "raw", Optional.of(SECRET)));

    assertThat(moved.disk("vda"))
        .contains(
            new DomainDisk(
                "vda",
                "disk",
                "file",
                Optional.of(Path.of("/images/new.img")),
                "raw",
                false,
                false,
                Optional.of(SECRET)));
    assertThat(moved.xml())
        .contains("<encryption format=\"luks\">")
        .contains("<secret type=\"passphrase\" uuid=\"" + SECRET + "\"/>")
        .contains("cache=\"none\"")
        .doesNotContain("base.qcow2")
        .doesNotContain("index=");
  }

  @Test
  void aDiskMovesBackToAClearImageOnADevice() {
    DomainDefinition moved =
        reread(
            DomainDefinition.parse(XML)
                .withDisk("vda", Path.of("/images/new.img"), "raw", Optional.of(SECRET))
                .withDisk("vda", Path.of("/dev/vg/web01"), "qcow2", Optional.empty()));

    assertThat(moved.disk("vda").orElseThrow())
        .returns("block", DomainDisk::sourceType)
        .returns(Optional.of(Path.of("/dev/vg/web01")), DomainDisk::file)
        .returns("qcow2", DomainDisk::format)
        .returns(Optional.empty(), DomainDisk::luksSecret);
  }

  @Test
  void aChangeKeepsEverythingElse() {
    DomainDefinition original = DomainDefinition.parse(XML);
    DomainDefinition changed = original.withKeyRecord("{}").withVtpm(SECRET);

    assertThat(reread(changed).withoutKeyRecord().withoutTpm().xml()).isEqualTo(original.xml());
    assertThat(original.keyRecord()).isEmpty();
    assertThat(changed.xml())
        .contains("<other:app xmlns:other=\"urn:other\">kept</other:app>")
        .contains("<qemu:arg value=\"-foo\"/>")
        .contains("passwd=\"hunter2\"");
  }

  @Test
  void theKeyRecordIsTextInItsOwnNamespaceWhateverItHolds() {
    String json = "{\"name\": \"<&>\\u0000 ü 😀 ]]>\",\n \"n\": [1, 2]}";
    DomainDefinition changed = DomainDefinition.parse(XML).withKeyRecord("{}").withKeyRecord(json);

    assertThat(reread(changed).keyRecord()).contains(json);
    assertThat(changed.xml())
        .containsOnlyOnce("<keymoor:key-record xmlns:keymoor=\"https://keymoor.io/ns/domain/1\">");
  }

  @Test
  void refusesAKeyRecordThatXmlCannotHold() {
    DomainDefinition definition = DomainDefinition.parse(XML);

    assertThatThrownBy(() -> definition.withKeyRecord("\u0000"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void addsATpm2WithEncryptedState() {
    DomainDefinition changed = reread(DomainDefinition.parse(XML).withVtpm(SECRET));

    assertThat(changed.tpm())
        .contains(new DomainVtpm("tpm-crb", "emulator", "2.0", Optional.of(SECRET)));
  }

  @Test
  void aNewSecretForATpmKeepsItsModelAndAForeignTpmIsReplaced() {
    DomainDefinition tis = DomainDefinition.parse(withTpm("tpm-tis", "emulator"));
    DomainDefinition passthrough = DomainDefinition.parse(withTpm("tpm-tis", "passthrough"));

    assertThat(tis.withVtpm(SECRET).withVtpm(OTHER).tpm())
        .contains(new DomainVtpm("tpm-tis", "emulator", "2.0", Optional.of(OTHER)));
    assertThat(passthrough.withVtpm(SECRET).tpm())
        .contains(new DomainVtpm("tpm-crb", "emulator", "2.0", Optional.of(SECRET)));
  }

  private static String withTpm(String model, String backend) {
    return XML.replace(
        "<graphics",
        "<tpm model='%s'><backend type='%s' version='2.0'/></tpm><graphics"
            .formatted(model, backend));
  }

  @Test
  void readsTheEncryptionWhereOldVersionsOfLibvirtHadIt() {
    String old =
        XML.replace(
            "<target dev='vda'",
            "<encryption format='luks'><secret type='passphrase' uuid='11111111222233334444555555555555'/>"
                + "</encryption><target dev='vda'");

    assertThat(DomainDefinition.parse(old).disk("vda").orElseThrow().luksSecret()).contains(SECRET);
  }

  @Test
  void aDiskEncryptedUnderANamedUsageNeverPassesForAClearOne() {
    String byUsage =
        XML.replace(
            "<target dev='vda'",
            "<encryption format='luks'><secret type='passphrase' usage='web01'/></encryption>"
                + "<target dev='vda'");

    assertThat(DomainDefinition.parse(byUsage).disk("vda").orElseThrow().luksSecret())
        .contains(DomainDisk.NAMELESS_SECRET);
  }

  @Test
  void neverReadsADoctypeOrAnEntity() {
    assertThatThrownBy(() ->
            DomainDefinition.parse(
                "<!DOCTYPE domain [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>"
                    + "<domain><name>&x;</name></domain>"))
        .isInstanceOf(HypervisorException.MalformedDefinition.class)
        .hasMessageContaining("DOCTYPE");
  }

  @Test
  void refusesWhatIsNotADomain() {
    for (String xml :
        new String[] {
          "",
          "no xml",
          "<domain>",
          "<network><name>a</name></network>",
          "<domain/>",
          "<domain><name> </name></domain>",
          "<domain><name>a</name><uuid>zz</uuid></domain>",
          "<domain><name>a</name>" + "<a>".repeat(2000) + "</a>".repeat(2000) + "</domain>",
          "<domain><name>a</name>" + " ".repeat(4 * 1024 * 1024) + "</domain>"
        }) {
      assertThatThrownBy(() -> DomainDefinition.parse(xml))
          .isInstanceOf(HypervisorException.MalformedDefinition.class)
          .extracting(e -> ((HypervisorException) e).code())
          .isEqualTo("domain_malformed");
    }
  }

  @Test
  void itsTextNamesTheDomainAndNothingElse() {
    assertThat(DomainDefinition.parse(XML)).hasToString("DomainDefinition[web01, " + ID + "]");
  }

  private static DomainDefinition reread(DomainDefinition definition) {
    return DomainDefinition.parse(definition.xml());
  }
}
