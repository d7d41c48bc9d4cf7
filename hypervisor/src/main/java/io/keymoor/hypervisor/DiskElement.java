package io.keymoor.hypervisor;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.w3c.dom.Element;
import org.w3c.dom.Node;

/**
 * One {@code <disk>} of a definition.
 *
 * @param disk the element
 */
record DiskElement(Element disk) {
  private static final Path DEVICES = Path.of("/dev");

  String target() {
    return Xml.child(disk, "target")
        .flatMap(target -> Xml.attribute(target, "dev"))
        .orElseThrow(
            () -> new HypervisorException.MalformedDefinition("a disk in it has no target"));
  }

  DomainDisk describe() {
    Optional<Element> source = Xml.child(disk, "source");
    Optional<Path> file =
        source
            .flatMap(
                element -> Xml.attribute(element, "file").or(() -> Xml.attribute(element, "dev")))
            .map(XmlDomainDefinition::path);
    return new DomainDisk(
        target(),
        Xml.attribute(disk, "device").orElse("disk"),
        source.isEmpty() ? "none" : Xml.attribute(disk, "type").orElse("file"),
        file,
        Xml.child(disk, "driver").flatMap(driver -> Xml.attribute(driver, "type")).orElse("raw"),
        Xml.child(disk, "readonly").isPresent(),
        Xml.child(disk, "shareable").isPresent(),
        luksSecret());
  }

  Optional<DomainMirror> mirror() {
    return Xml.child(disk, "mirror")
        .flatMap(mirror ->
            Xml.child(mirror, "source")
                .flatMap(
                    source -> Xml.attribute(source, "file").or(() -> Xml.attribute(source, "dev")))
                .map(XmlDomainDefinition::path)
                .map(file -> new DomainMirror(file, mirror.getAttribute("ready").equals("yes"))));
  }

  private Optional<UUID> luksSecret() {
    return Xml.path(disk, "source", "encryption")
        // Where libvirt before 3.9 had it; newer ones still take it.
        .or(() -> Xml.child(disk, "encryption"))
        .map(DiskElement::secretOf);
  }

  /**
   * Never "none" for a disk that is encrypted some other way: it would pass for a clear one. Nor a
   * failure: one such VM, which libvirt runs, would hide all others of its host.
   */
  private static UUID secretOf(Element encryption) {
    return Xml.child(encryption, "secret")
        .flatMap(secret -> Xml.attribute(secret, "uuid"))
        .map(XmlDomainDefinition::uuid)
        .orElse(DomainDisk.NAMELESS_SECRET);
  }

  void putOn(Path file, String format, Optional<UUID> luksSecret) {
    boolean device = file.startsWith(DEVICES);
    disk.setAttribute("type", device ? "block" : "file");
    setFormat(format);
    // A backing chain, a mirror and an old-style encryption belong to the image that was there.
    for (String old : List.of("backingStore", "mirror", "encryption", "auth")) {
      Xml.removeChildren(disk, old);
    }
    Element source = Xml.child(disk, "source").orElseGet(this::newSource);
    Optional<String> startupPolicy = Xml.attribute(source, "startupPolicy");
    Xml.removeAttributes(source);
    keepSecurityLabelsOnly(source);
    source.setAttribute(device ? "dev" : "file", file.toString());
    startupPolicy.ifPresent(policy -> source.setAttribute("startupPolicy", policy));
    luksSecret.ifPresent(secret -> addEncryption(source, secret));
  }

  private void setFormat(String format) {
    Element driver = Xml.child(disk, "driver").orElseGet(this::newDriver);
    driver.setAttribute("type", format);
    if (!format.equals("qcow2")) {
      Xml.removeChildren(driver, "metadata_cache");
    }
  }

  private Element newDriver() {
    Element driver = Xml.owner(disk).createElementNS(null, "driver");
    driver.setAttribute("name", "qemu");
    disk.insertBefore(driver, disk.getFirstChild());
    return driver;
  }

  private Element newSource() {
    Element source = Xml.owner(disk).createElementNS(null, "source");
    disk.insertBefore(source, Xml.child(disk, "target").orElse(null));
    return source;
  }

  private static void keepSecurityLabelsOnly(Element source) {
    List<Element> labels = Xml.children(source, "seclabel");
    for (Node node = source.getFirstChild(); node != null; node = source.getFirstChild()) {
      source.removeChild(node);
    }
    labels.forEach(source::appendChild);
  }

  private static void addEncryption(Element source, UUID luksSecret) {
    Element encryption = Xml.append(source, "encryption");
    encryption.setAttribute("format", "luks");
    Element secret = Xml.append(encryption, "secret");
    secret.setAttribute("type", "passphrase");
    secret.setAttribute("uuid", luksSecret.toString());
  }
}
