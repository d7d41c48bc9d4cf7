package io.keymoor.hypervisor;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;

/**
 * A definition as a DOM tree that never changes after construction; each change works on a copy.
 *
 * <p>DOM trees are not safe for concurrent readers (they expand lazily), so readers take turns.
 */
final class XmlDomainDefinition implements DomainDefinition {
  private static final String RECORD = "key-record";

  private final Document document;
  private final UUID id;
  private final String name;

  private XmlDomainDefinition(Document document) {
    this.document = document;
    this.id = idOf(root());
    this.name = nameOf(root());
  }

  static DomainDefinition parse(String xml) {
    Document document = Xml.parse(xml);
    Element root = document.getDocumentElement();
    if (root == null || root.getNamespaceURI() != null || !root.getTagName().equals("domain")) {
      throw new HypervisorException.MalformedDefinition("its outermost element is not <domain>");
    }
    if (Xml.child(root, "uuid").isEmpty()) {
      Xml.append(root, "uuid").setTextContent(UUID.randomUUID().toString());
    }
    return new XmlDomainDefinition(document);
  }

  private static UUID idOf(Element domain) {
    return Xml.child(domain, "uuid").map(uuid -> uuid(uuid.getTextContent())).orElseThrow();
  }

  private static String nameOf(Element domain) {
    return Xml.child(domain, "name")
        .map(Element::getTextContent)
        .filter(text -> !text.isBlank())
        .orElseThrow(() -> new HypervisorException.MalformedDefinition("it has no <name>"));
  }

  @Override
  public UUID id() {
    return id;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public List<DomainDisk> disks() {
    synchronized (document) {
      return diskElements(root()).stream().map(DiskElement::describe).toList();
    }
  }

  @Override
  public Optional<DomainVtpm> tpm() {
    synchronized (document) {
      return Xml.path(root(), "devices", "tpm").map(XmlDomainDefinition::describeTpm);
    }
  }

  private static DomainVtpm describeTpm(Element tpm) {
    Optional<Element> backend = Xml.child(tpm, "backend");
    return new DomainVtpm(
        Xml.attribute(tpm, "model").orElse("tpm-tis"),
        backend.flatMap(element -> Xml.attribute(element, "type")).orElse("passthrough"),
        backend.flatMap(element -> Xml.attribute(element, "version")).orElse("default"),
        backend
            .flatMap(element -> Xml.child(element, "encryption"))
            .flatMap(element -> Xml.attribute(element, "secret"))
            .map(XmlDomainDefinition::uuid));
  }

  @Override
  public Optional<Path> nvram() {
    synchronized (document) {
      return Xml.path(root(), "os", "nvram")
          .flatMap(nvram ->
              Xml.child(nvram, "source")
                  .map(source -> source.getAttribute("file"))
                  .or(() -> Optional.of(nvram.getTextContent().strip())))
          .filter(file -> !file.isEmpty())
          .map(XmlDomainDefinition::path);
    }
  }

  @Override
  public Optional<String> keyRecord() {
    synchronized (document) {
      return Xml.child(root(), "metadata").stream()
          .flatMap(metadata -> records(metadata).stream())
          .map(element -> element.getTextContent().strip())
          .findFirst();
    }
  }

  @Override
  public DomainDefinition withKeyRecord(String json) {
    if (!Xml.holds(json)) {
      throw new IllegalArgumentException("the key record has characters that XML can't hold");
    }
    return changed(domain -> {
      Element metadata = Xml.childOrNew(domain, "metadata");
      records(metadata).forEach(metadata::removeChild);
      Element element = Xml.owner(domain).createElementNS(NAMESPACE, "keymoor:" + RECORD);
      element.setTextContent(json);
      metadata.appendChild(element);
    });
  }

  @Override
  public DomainDefinition withoutKeyRecord() {
    return changed(domain ->
        Xml.child(domain, "metadata")
            .ifPresent(metadata -> records(metadata).forEach(metadata::removeChild)));
  }

  @Override
  public DomainDefinition withDisk(
      String target, Path file, String format, Optional<UUID> luksSecret) {
    if (!file.isAbsolute()) {
      throw new IllegalArgumentException("libvirt takes absolute paths only, not " + file);
    }
    return changed(domain ->
        diskElements(domain).stream()
            .filter(disk -> disk.target().equals(target))
            .findFirst()
            .orElseThrow(
                () -> new HypervisorException.MalformedDefinition("it has no disk " + target))
            .putOn(file, format.toLowerCase(Locale.ROOT), luksSecret));
  }

  /** Keeps a TPM 2.0 of swtpm with everything else about it; takes the place of any other. */
  @Override
  public DomainDefinition withVtpm(UUID secret) {
    return changed(domain -> {
      Element devices = Xml.childOrNew(domain, "devices");
      Element backend =
          Xml.path(devices, "tpm", "backend")
              .filter(XmlDomainDefinition::isSwtpm2)
              .orElseGet(() -> newTpm(devices));
      Xml.removeChildren(backend, "encryption");
      Xml.append(backend, "encryption").setAttribute("secret", secret.toString());
    });
  }

  private static boolean isSwtpm2(Element backend) {
    return backend.getAttribute("type").equals("emulator")
        && backend.getAttribute("version").equals("2.0");
  }

  private static Element newTpm(Element devices) {
    Xml.removeChildren(devices, "tpm");
    Element tpm = Xml.append(devices, "tpm");
    tpm.setAttribute("model", "tpm-crb");
    Element backend = Xml.append(tpm, "backend");
    backend.setAttribute("type", "emulator");
    backend.setAttribute("version", "2.0");
    return backend;
  }

  @Override
  public DomainDefinition withoutTpm() {
    return changed(domain ->
        Xml.child(domain, "devices").ifPresent(devices -> Xml.removeChildren(devices, "tpm")));
  }

  @Override
  public String xml() {
    synchronized (document) {
      return Xml.write(document);
    }
  }

  /** Name and id only: a definition may hold the passwords of the graphical console. */
  @Override
  public String toString() {
    return "DomainDefinition[" + name + ", " + id + "]";
  }

  /** Equal when the XML is the same. */
  @Override
  public boolean equals(Object other) {
    return other instanceof XmlDomainDefinition that && xml().equals(that.xml());
  }

  @Override
  public int hashCode() {
    return id.hashCode();
  }

  private DomainDefinition changed(Consumer<Element> change) {
    Document copy;
    synchronized (document) {
      copy = Xml.copy(document);
    }
    change.accept(Objects.requireNonNull(copy.getDocumentElement()));
    return new XmlDomainDefinition(copy);
  }

  private Element root() {
    return Objects.requireNonNull(document.getDocumentElement());
  }

  private static List<DiskElement> diskElements(Element domain) {
    return Xml.child(domain, "devices").stream()
        .flatMap(devices -> Xml.children(devices, "disk").stream())
        .map(DiskElement::new)
        .toList();
  }

  private static List<Element> records(Element metadata) {
    List<Element> found = new ArrayList<>();
    for (Node node = metadata.getFirstChild(); node != null; node = node.getNextSibling()) {
      if (node instanceof Element element
          && NAMESPACE.equals(element.getNamespaceURI())
          && RECORD.equals(element.getLocalName())) {
        found.add(element);
      }
    }
    return found;
  }

  /** libvirt takes UUIDs with and without hyphens. */
  static UUID uuid(String text) {
    String digits = text.strip().replace("-", "");
    if (!digits.matches("[0-9a-fA-F]{32}")) {
      throw new HypervisorException.MalformedDefinition("a UUID in it is malformed");
    }
    return new UUID(
        Long.parseUnsignedLong(digits, 0, 16, 16), Long.parseUnsignedLong(digits, 16, 32, 16));
  }

  static Path path(String text) {
    try {
      return Path.of(text);
    } catch (InvalidPathException e) {
      throw new HypervisorException.MalformedDefinition("a path in it is malformed");
    }
  }
}
