package io.keymoor.kms.conformance;

import io.keymoor.kmip.vocabulary.KmipNames;
import io.keymoor.kmip.vocabulary.ObjectType;
import io.keymoor.kmip.vocabulary.Operation;
import io.keymoor.kmip.vocabulary.Tag;
import io.keymoor.ttlv.Ttlv;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Compares an expected answer with an actual one: every item, with the written tolerances. */
final class TreeComparison {
  private static final Set<Integer> UNORDERED =
      Set.of(
          Tag.ATTRIBUTE,
          Tag.ATTRIBUTE_NAME,
          Tag.ATTRIBUTE_REFERENCE,
          Tag.OPERATION,
          Tag.OBJECT_TYPE);

  private final Tolerances tolerances;
  private final List<String> differences = new ArrayList<>();
  private String operation = "";

  TreeComparison(Tolerances tolerances) {
    this.tolerances = tolerances;
  }

  List<String> differences(Ttlv expected, Ttlv actual) {
    compare(expected, actual, "");
    return differences;
  }

  private void compare(Ttlv expected, Ttlv actual, String path) {
    String here = path + "/" + name(expected.tag());
    if (expected.tag() != actual.tag() || expected.type() != actual.type()) {
      differ(here, name(expected.tag()), name(actual.tag()));
      return;
    }
    if (isFree(expected)) {
      return;
    }
    switch (expected) {
      case Ttlv.Structure structure -> structures(structure, (Ttlv.Structure) actual, here);
      case Ttlv.Text(int _, String text) -> text(text, ((Ttlv.Text) actual).value(), here);
      case Ttlv.Bytes bytes -> bytes(bytes, (Ttlv.Bytes) actual, here);
      case Ttlv.Enumeration(int tag, int value) when tag == Tag.RESULT_REASON -> {
        if (!tolerances.isReason(value, ((Ttlv.Enumeration) actual).value())) {
          differ(here, expected, actual);
        }
      }
      case Ttlv.DateTime(int _, long seconds) ->
          time(seconds, ((Ttlv.DateTime) actual).seconds(), here);
      default -> {
        if (!expected.equals(actual)) {
          differ(here, expected, actual);
        }
      }
    }
  }

  private boolean isFree(Ttlv expected) {
    return expected.tag() == Tag.RESULT_MESSAGE
        || expected.tag() == Tag.VENDOR_IDENTIFICATION
        || expected.tag() == Tag.SERVER_INFORMATION
        || expected.tag() == Tag.RANDOM_NUMBER_GENERATOR
        || tolerances.isMisprinted(expected.tag());
  }

  private void structures(Ttlv.Structure expected, Ttlv.Structure actual, String here) {
    if (expected.tag() == Tag.BATCH_ITEM) {
      operation = operation(expected);
    }
    if (expected.tag() == Tag.ATTRIBUTE && attributeName(expected).equals(GENERATOR)) {
      if (!attributeName(actual).equals(GENERATOR)) {
        differ(here, GENERATOR, attributeName(actual));
      }
      return;
    }
    List<Ttlv> left = new ArrayList<>(actual.items());
    boolean inPayload = expected.tag() == Tag.RESPONSE_PAYLOAD || expected.tag() == Tag.ATTRIBUTES;
    for (Ttlv item : expected.items()) {
      Optional<Ttlv> partner = partner(item, left, inPayload);
      if (partner.isEmpty()) {
        if (!(operation.equals("Query") && tolerances.isNotOffered(item))) {
          differ(here, shown(item), "nothing");
        }
      } else {
        left.remove(partner.get());
        compare(item, partner.get(), here);
      }
    }
    left.removeIf(item -> inPayload && mayBeMore(item));
    if (!left.isEmpty()) {
      differ(here, "no more", shown(left.getFirst()));
    }
  }

  private static final String GENERATOR = "Random Number Generator";

  /** The item that has to be equal: the one in the same place, or of the same name or value. */
  private Optional<Ttlv> partner(Ttlv item, List<Ttlv> left, boolean inPayload) {
    if (inPayload && isList() && isTaggedAttribute(item)) {
      return left.stream()
          .filter(other -> other.tag() == item.tag())
          .filter(other -> item.tag() != Tag.NAME || item.equals(other))
          .findFirst();
    }
    if (inPayload && UNORDERED.contains(item.tag()) && isList()) {
      return left.stream()
          .filter(other -> other.tag() == item.tag())
          .filter(other ->
              item instanceof Ttlv.Structure structure
                  ? attributeName(structure).equals(attributeName((Ttlv.Structure) other))
                  : item.equals(other))
          .findFirst();
    }
    return left.stream()
        .filter(other -> !(inPayload && mayBeMore(other)))
        .findFirst()
        .filter(other -> other.tag() == item.tag());
  }

  /** Attributes of KMIP 2.x stand under their own tags. */
  private boolean isTaggedAttribute(Ttlv item) {
    return operation.equals("GetAttributes")
        && item.tag() != Tag.ATTRIBUTE
        && item.tag() != Tag.ATTRIBUTES;
  }

  private boolean isList() {
    return operation.equals("GetAttributes")
        || operation.equals("GetAttributeList")
        || operation.equals("Query");
  }

  private boolean mayBeMore(Ttlv item) {
    boolean queried =
        operation.equals("Query") && (item.tag() == Tag.OPERATION || item.tag() == Tag.OBJECT_TYPE);
    boolean attribute =
        operation.equals("GetAttributes")
            && (item.tag() == Tag.ATTRIBUTE || isTaggedAttribute(item))
            && tolerances.moreAttributes();
    return queried || attribute || (isList() && tolerances.isNewAttribute(item));
  }

  private void text(String expected, String actual, String here) {
    boolean same =
        expected.startsWith("$")
            ? tolerances.variables().matches(expected, actual)
            : expected.equals(actual);
    if (!same) {
      differ(here, expected, actual);
    }
  }

  private void bytes(Ttlv.Bytes expected, Ttlv.Bytes actual, String here) {
    String hex = HexFormat.of().formatHex(actual.value());
    Optional<String> variable = Variables.marked(expected.value());
    if (variable.isPresent()) {
      if (!Variables.isLearned(variable.get())
          && !tolerances.variables().matches(variable.get(), hex)) {
        differ(here, variable.get(), hex);
      }
      return;
    }
    boolean same =
        tolerances.lengthOnly(expected.tag(), operation)
            ? expected.value().length == actual.value().length
            : expected.equals(actual);
    if (!same) {
      differ(here, HexFormat.of().formatHex(expected.value()), hex);
    }
  }

  private void time(long expected, long actual, String here) {
    boolean recent = Math.abs(expected - Instant.now().getEpochSecond()) < 86_400;
    if (Math.abs(expected - actual) > (recent ? Tolerances.SECONDS : 0)) {
      differ(here, Instant.ofEpochSecond(expected), Instant.ofEpochSecond(actual));
    }
  }

  private static String operation(Ttlv.Structure item) {
    return item.items().stream()
        .filter(it -> it.tag() == Tag.OPERATION)
        .map(it -> Operation.KIND.of(((Ttlv.Enumeration) it).value()).name())
        .findFirst()
        .orElse("");
  }

  private static String attributeName(Ttlv.Structure attribute) {
    return attribute.items().stream()
        .filter(it -> it instanceof Ttlv.Text && it.tag() == Tag.ATTRIBUTE_NAME)
        .map(it -> ((Ttlv.Text) it).value())
        .findFirst()
        .orElse("");
  }

  private void differ(String path, Object expected, Object actual) {
    differences.add(path + ": expected " + expected + ", got " + actual);
  }

  private static String shown(Ttlv item) {
    return switch (item) {
      case Ttlv.Structure structure ->
          name(item.tag()) + " " + attributeName(structure) + structure.items();
      case Ttlv.Enumeration(int tag, int value) when tag == Tag.OPERATION ->
          Operation.KIND.of(value).name();
      case Ttlv.Enumeration(int tag, int value) when tag == Tag.OBJECT_TYPE ->
          ObjectType.KIND.of(value).name();
      default -> item.toString();
    };
  }

  private static String name(int tag) {
    return KmipNames.INSTANCE.tagName(tag).orElse(Integer.toHexString(tag));
  }
}
