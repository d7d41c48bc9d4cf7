package io.keymoor.kms.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.keymoor.kmip.vocabulary.Operation;
import io.keymoor.kmip.vocabulary.Tag;
import io.keymoor.ttlv.Ttlv;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** The variables of one case: what the server answered stands for them from then on. */
final class Variables {
  private static final Pattern NAME = Pattern.compile("\\$[A-Z_]+[0-9]*");
  private static final byte[] MARK = "variable:".getBytes(UTF_8);
  private static final Map<Integer, String> LEARNED =
      Map.of(
          Tag.IV_COUNTER_NONCE, "$IV_COUNTER_NONCE",
          Tag.AUTHENTICATED_ENCRYPTION_TAG, "$AUTHENTICATED_ENCRYPTION_TAG",
          Tag.MAC_DATA, "$MAC_DATA",
          Tag.SIGNATURE_DATA, "$SIGNATURE_DATA",
          Tag.CORRELATION_VALUE, "$CORRELATION_VALUE");

  private final Map<String, String> values = new HashMap<>();

  static String marker(String name) {
    byte[] bytes = Arrays.copyOf(MARK, MARK.length + name.length());
    System.arraycopy(name.getBytes(UTF_8), 0, bytes, MARK.length, name.length());
    return HexFormat.of().formatHex(bytes);
  }

  /** The variable that marked bytes stand for. */
  static Optional<String> marked(byte[] bytes) {
    return bytes.length > MARK.length && Arrays.equals(bytes, 0, MARK.length, MARK, 0, MARK.length)
        ? Optional.of(new String(bytes, MARK.length, bytes.length - MARK.length, UTF_8))
        : Optional.empty();
  }

  /** Whether a variable stands for whatever the latest answer had there. */
  static boolean isLearned(String name) {
    return LEARNED.containsValue(name);
  }

  /** Whether {@code actual} is, or from now on is, the variable's value. */
  boolean matches(String name, String actual) {
    return values.computeIfAbsent(name, _ -> actual).equals(actual);
  }

  String inRequest(String message) {
    return NAME.matcher(message)
        .replaceAll(match ->
            Optional.ofNullable(values.get(general(match.group())))
                .orElseThrow(() -> new IllegalStateException("unknown yet: " + match.group())));
  }

  private static String general(String name) {
    return name.startsWith("$DATA_") ? "$DATA" : name;
  }

  /** Remembers what later requests may refer to. */
  void learn(Ttlv tree) {
    if (tree instanceof Ttlv.Structure(int tag, List<Ttlv> items)) {
      boolean encrypted =
          tag == Tag.BATCH_ITEM
              && items.stream()
                  .anyMatch(it ->
                      it instanceof Ttlv.Enumeration(int itemTag, int value)
                          && itemTag == Tag.OPERATION
                          && value == Operation.ENCRYPT.value());
      items.forEach(this::learn);
      if (encrypted) {
        items.forEach(this::learnData);
      }
    } else if (tree instanceof Ttlv.Bytes bytes && LEARNED.containsKey(bytes.tag())) {
      values.put(String.valueOf(LEARNED.get(bytes.tag())), HexFormat.of().formatHex(bytes.value()));
    }
  }

  private void learnData(Ttlv tree) {
    switch (tree) {
      case Ttlv.Structure structure -> structure.items().forEach(this::learnData);
      case Ttlv.Bytes bytes when bytes.tag() == Tag.DATA ->
          values.put("$DATA", HexFormat.of().formatHex(bytes.value()));
      default -> {
        // Nothing that a case refers to.
      }
    }
  }
}
