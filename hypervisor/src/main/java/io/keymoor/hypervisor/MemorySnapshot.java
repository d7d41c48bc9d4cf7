package io.keymoor.hypervisor;

import java.nio.file.Path;
import java.util.Optional;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

/**
 * A snapshot of a running domain that has its memory in a file ({@code virsh snapshot-create-as
 * --memspec}).
 *
 * @param name the snapshot's
 * @param file where the memory is
 */
public record MemorySnapshot(String name, Path file) {

  /**
   * What libvirt's description of a snapshot says; absent for one without memory, or with it inside
   * an image.
   *
   * @throws HypervisorException.MalformedDefinition when it is no such description
   */
  static Optional<MemorySnapshot> parse(String xml) {
    Document document = Xml.parse(xml);
    Element root = document.getDocumentElement();
    if (root == null || !root.getNodeName().equals("domainsnapshot")) {
      throw new HypervisorException.MalformedDefinition("it describes no snapshot");
    }
    String name = Xml.child(root, "name").map(Element::getTextContent).orElse("");
    return Xml.child(root, "memory")
        .filter(it -> Xml.attribute(it, "snapshot").filter("external"::equals).isPresent())
        .flatMap(it -> Xml.attribute(it, "file"))
        .filter(file -> file.indexOf('\0') < 0)
        .map(file -> new MemorySnapshot(name, Path.of(file)));
  }
}
