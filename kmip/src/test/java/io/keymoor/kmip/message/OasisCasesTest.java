package io.keymoor.kmip.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.keymoor.kmip.vocabulary.KmipNames;
import io.keymoor.ttlv.Encoding;
import io.keymoor.ttlv.Limits;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.SAXException;

/**
 * The OASIS test cases of KMIP 1.4, as far as messages go: every request and response is read,
 * written in all three encodings, read again, and is still the same tree. The files are not part of
 * the project; without them this is skipped.
 */
class OasisCasesTest {
  private static final Path CASES = casesFolder();
  private static final Pattern MESSAGE =
      Pattern.compile("<(RequestMessage|ResponseMessage)>.*?</\\1>", Pattern.DOTALL);

  private static Path casesFolder() {
    Path beside = Path.of("..", "shared", "kmip", "oasis-1.4");
    // Surefire runs in the module's folder; the material is beside the project.
    for (Path root = Path.of("..").toAbsolutePath().normalize();
        root.getParent() != null;
        root = root.getParent()) {
      Path found = root.resolve(beside).normalize();
      if (Files.isDirectory(found)) {
        return found;
      }
    }
    return beside;
  }

  @Test
  void theCasesAreThere() {
    assumeTrue(
        Files.isDirectory(CASES),
        "OASIS cases skipped: no folder shared/kmip/oasis-1.4 beside the project");
    assertThat(files()).hasSizeGreaterThan(70);
  }

  @TestFactory
  Stream<DynamicTest> everyMessageOfTheCasesKeepsItsTree() {
    return files().stream()
        .map(file ->
            DynamicTest.dynamicTest(
                file.getFileName().toString(),
                () -> {
                  Matcher messages = MESSAGE.matcher(substituted(file));
                  while (messages.find()) {
                    assertKeepsItsTree(messages.group());
                  }
                }));
  }

  private static List<Path> files() {
    if (!Files.isDirectory(CASES)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(CASES)) {
      return files.filter(file -> file.toString().endsWith(".xml")).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Variables stand for times, numbers and bytes; any value of the type will do. */
  private static String substituted(Path file) throws IOException {
    String text = Files.readString(file);
    return Pattern.compile("type=\"(\\w+)\"\\s+value=\"(\\$[^\"]*)\"")
        .matcher(text)
        .replaceAll(found ->
            "type=\""
                + found.group(1)
                + "\" value=\""
                + Matcher.quoteReplacement(
                    switch (found.group(1)) {
                      case "DateTime" -> "2020-01-01T00:00:00Z";
                      case "Integer", "LongInteger", "Interval" -> "7";
                      case "ByteString" -> "0102030405060708";
                      default -> found.group(2);
                    })
                + "\"");
  }

  private static void assertKeepsItsTree(String xml)
      throws IOException, ParserConfigurationException, SAXException {
    byte[] original = xml.getBytes(StandardCharsets.UTF_8);
    List<String> expected = tree(original);
    boolean request = xml.startsWith("<RequestMessage");
    byte[] frame = original;
    Encoding from = Encoding.XML;
    for (Encoding to : List.of(Encoding.BINARY, Encoding.JSON, Encoding.XML)) {
      frame = request ? request(from, frame, to) : response(from, frame, to);
      from = to;
    }
    assertThat(tree(frame)).isEqualTo(expected);
  }

  private static byte[] request(Encoding from, byte[] frame, Encoding to) {
    RequestMessage message = Messages.decodeRequest(from, frame, Limits.DEFAULT);
    for (RequestItem item : message.items()) {
      assertThat(item).isInstanceOf(RequestItem.Valid.class);
    }
    return Messages.encode(to, message);
  }

  private static byte[] response(Encoding from, byte[] frame, Encoding to) {
    return Messages.encode(to, Messages.decodeResponse(from, frame, Limits.DEFAULT));
  }

  /** One line an item: depth, name, type, value; the order of names in a mask means nothing. */
  private static List<String> tree(byte[] xml)
      throws IOException, ParserConfigurationException, SAXException {
    Element root =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new ByteArrayInputStream(xml))
            .getDocumentElement();
    List<String> lines = new ArrayList<>();
    flatten(root, 0, lines);
    return lines;
  }

  private static void flatten(Element element, int depth, List<String> lines) {
    String type = element.getAttribute("type");
    String[] words = element.getAttribute("value").split(" ", -1);
    if (type.equals("Integer")) {
      Arrays.sort(words);
    }
    String value = String.join(" ", words);
    if (type.equals("DateTime")) {
      value = OffsetDateTime.parse(value).toInstant().toString();
    }
    if (type.equals("ByteString")) {
      value = value.toLowerCase(Locale.ROOT);
    }
    lines.add(depth + " " + element.getTagName() + " " + type + " " + value);
    for (Node child = element.getFirstChild(); child != null; child = child.getNextSibling()) {
      if (child instanceof Element inner) {
        flatten(inner, depth + 1, lines);
      }
    }
  }

  @Test
  void namesAreReadWhateverTheirUnderscores() {
    assertThat(KmipNames.INSTANCE.value(0x42009e, "MAC_Sign")).hasValue(2);
    assertThat(KmipNames.INSTANCE.value(0x42009e, "MACSign")).hasValue(2);
    assertThat(KmipNames.INSTANCE.value(0x42009e, "Nonsense")).isEmpty();
  }
}
