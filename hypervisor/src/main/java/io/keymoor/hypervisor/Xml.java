package io.keymoor.hypervisor;

import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import javax.xml.transform.OutputKeys;
import javax.xml.transform.Transformer;
import javax.xml.transform.TransformerException;
import javax.xml.transform.TransformerFactory;
import javax.xml.transform.dom.DOMSource;
import javax.xml.transform.stream.StreamResult;
import org.w3c.dom.Attr;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.ErrorHandler;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;
import org.xml.sax.SAXParseException;

/** Reading, walking and writing small XML documents of untrusted origin. Thread-safe. */
final class Xml {
  /** libvirt's own limit on a string in its protocol (REMOTE_STRING_MAX), in characters. */
  static final int LARGEST_DOCUMENT = 4 * 1024 * 1024;

  private static final int DEEPEST_ELEMENT = 100;
  private static final String NO_DOCTYPE = "http://apache.org/xml/features/disallow-doctype-decl";

  private Xml() {}

  static Document parse(String xml) {
    if (xml.length() > LARGEST_DOCUMENT) {
      throw new HypervisorException.MalformedDefinition(
          "it is larger than " + LARGEST_DOCUMENT + " characters");
    }
    try {
      return builder().parse(new InputSource(new StringReader(xml)));
    } catch (SAXParseException e) {
      throw new HypervisorException.MalformedDefinition(
          "line " + e.getLineNumber() + " is not the XML of a domain: " + e.getMessage());
    } catch (SAXException | IOException e) {
      throw new HypervisorException.MalformedDefinition("it is not XML: " + e.getMessage());
    }
  }

  private static DocumentBuilder builder() {
    DocumentBuilderFactory factory = DocumentBuilderFactory.newDefaultNSInstance();
    try {
      factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
      // Without a DTD there are no entities: nothing to expand, no file or address to read.
      factory.setFeature(NO_DOCTYPE, true);
      factory.setAttribute(XMLConstants.ACCESS_EXTERNAL_DTD, "");
      factory.setAttribute(XMLConstants.ACCESS_EXTERNAL_SCHEMA, "");
      // Deep nesting would exhaust the stack of whatever walks the tree.
      factory.setAttribute("jdk.xml.maxElementDepth", Integer.toString(DEEPEST_ELEMENT));
      factory.setXIncludeAware(false);
      factory.setExpandEntityReferences(false);
      DocumentBuilder builder = factory.newDocumentBuilder();
      builder.setErrorHandler(new Strict());
      return builder;
    } catch (ParserConfigurationException e) {
      throw new IllegalStateException("this Java's XML parser can't be made safe", e);
    }
  }

  static String write(Document document) {
    StringWriter text = new StringWriter();
    try {
      TransformerFactory factory = TransformerFactory.newDefaultInstance();
      factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
      Transformer identity = factory.newTransformer();
      identity.setOutputProperty(OutputKeys.OMIT_XML_DECLARATION, "yes");
      identity.transform(new DOMSource(document), new StreamResult(text));
    } catch (TransformerException e) {
      throw new IllegalStateException("a parsed definition could not be written", e);
    }
    return text.toString();
  }

  /** A copy to change. */
  static Document copy(Document document) {
    return (Document) document.cloneNode(true);
  }

  /** The child elements of libvirt's own, which have no namespace, with this name. */
  static List<Element> children(Element parent, String name) {
    List<Element> found = new ArrayList<>();
    for (Node node = parent.getFirstChild(); node != null; node = node.getNextSibling()) {
      if (node instanceof Element element
          && element.getNamespaceURI() == null
          && name.equals(element.getLocalName())) {
        found.add(element);
      }
    }
    return found;
  }

  static Optional<Element> child(Element parent, String name) {
    return children(parent, name).stream().findFirst();
  }

  /** The descendant reached by these names. */
  static Optional<Element> path(Element parent, String... names) {
    Optional<Element> here = Optional.of(parent);
    for (String name : names) {
      here = here.flatMap(element -> child(element, name));
    }
    return here;
  }

  /** The attribute's value; absent when it is missing or empty. */
  static Optional<String> attribute(Element element, String name) {
    return Optional.of(element.getAttribute(name)).filter(value -> !value.isEmpty());
  }

  /** The child with this name, made at the end when missing. */
  static Element childOrNew(Element parent, String name) {
    return child(parent, name).orElseGet(() -> append(parent, name));
  }

  static Element append(Element parent, String name) {
    Element child = owner(parent).createElementNS(null, name);
    parent.appendChild(child);
    return child;
  }

  static void removeChildren(Element parent, String name) {
    children(parent, name).forEach(parent::removeChild);
  }

  static void removeAttributes(Element element) {
    while (element.getAttributes().getLength() > 0) {
      element.removeAttributeNode((Attr) element.getAttributes().item(0));
    }
  }

  static Document owner(Element element) {
    Document document = element.getOwnerDocument();
    if (document == null) {
      throw new IllegalStateException("an element outside of any document");
    }
    return document;
  }

  /** Whether XML 1.0 can hold the text at all (section 2.2, Char). */
  static boolean holds(String text) {
    return text.codePoints()
        .allMatch(c ->
            c == '\t'
                || c == '\n'
                || c == '\r'
                || (c >= 0x20 && c < 0xD800)
                || (c > 0xDFFF && c < 0xFFFE)
                || c > 0xFFFF);
  }

  /** Throws what the parser finds; the default handler prints it to standard error instead. */
  private static final class Strict implements ErrorHandler {
    @Override
    public void warning(SAXParseException exception) throws SAXException {
      throw exception;
    }

    @Override
    public void error(SAXParseException exception) throws SAXException {
      throw exception;
    }

    @Override
    public void fatalError(SAXParseException exception) throws SAXException {
      throw exception;
    }
  }
}
