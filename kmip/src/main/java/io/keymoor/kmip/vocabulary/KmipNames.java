package io.keymoor.kmip.vocabulary;

import io.keymoor.kmip.codec.EnumKind;
import io.keymoor.ttlv.Names;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The names of KMIP's XML and JSON encodings (KMIP Profiles, "Normalizing Names").
 *
 * <p>Names are written as the profiles normalise them. Implementations disagree on a few (whether
 * {@code MAC/Sign} keeps an underscore, say), so that reading ignores case and underscores where
 * the exact name is not known. Immutable and thread-safe.
 */
public final class KmipNames implements Names {
  /** The one instance. */
  public static final KmipNames INSTANCE = new KmipNames();

  private final Map<Integer, String> tagNames = new HashMap<>();
  private final Map<String, Integer> tags = new HashMap<>();
  private final Map<Integer, Map<Integer, String>> valueNames = new HashMap<>();
  private final Map<Integer, Map<String, Integer>> values = new HashMap<>();

  private KmipNames() {
    readTags();
    for (EnumKind<?> kind : Enumerations.ALL) {
      kind.names().forEach((value, name) -> addValue(kind.tag(), value, name));
    }
    tagNames.forEach((tag, name) -> addValue(Tag.ATTRIBUTE_REFERENCE, tag, name));
    addBits(Tag.CRYPTOGRAPHIC_USAGE_MASK, UsageMask.NAMES);
    addBits(Tag.STORAGE_STATUS_MASK, StorageStatusMask.NAMES);
    addBits(Tag.PROTECTION_STORAGE_MASK, ProtectionStorageMask.NAMES);
  }

  private void readTags() {
    try (InputStream in = KmipNames.class.getResourceAsStream("tags.txt")) {
      if (in == null) {
        throw new IllegalStateException("tags.txt is missing beside KmipNames");
      }
      new String(in.readAllBytes(), StandardCharsets.US_ASCII)
          .lines()
          .filter(line -> !line.startsWith("#"))
          .forEach(line -> addTag(Integer.parseInt(line, 0, 6, 16), line.substring(7)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void addTag(int tag, String name) {
    tagNames.put(tag, name);
    tags.put(name, tag);
    tags.putIfAbsent(folded(name), tag);
  }

  private void addBits(int maskTag, List<String> names) {
    for (int bit = 0; bit < names.size(); bit++) {
      addValue(maskTag, 1 << bit, names.get(bit));
    }
  }

  private void addValue(int enumTag, int value, String name) {
    valueNames.computeIfAbsent(enumTag, tag -> new HashMap<>()).put(value, name);
    Map<String, Integer> byName = values.computeIfAbsent(enumTag, tag -> new HashMap<>());
    byName.put(name, value);
    byName.putIfAbsent(folded(name), value);
  }

  private static String folded(String name) {
    return "~" + name.replace("_", "").toLowerCase(Locale.ROOT);
  }

  @Override
  public Optional<String> tagName(int tag) {
    return Optional.ofNullable(tagNames.get(tag));
  }

  @Override
  public OptionalInt tag(String name) {
    return find(tags, name);
  }

  @Override
  public Optional<String> valueName(int enumTag, int value) {
    return Optional.ofNullable(valueNames.getOrDefault(enumTag, Map.of()).get(value));
  }

  @Override
  public OptionalInt value(int enumTag, String name) {
    return find(values.getOrDefault(enumTag, Map.of()), name);
  }

  private static OptionalInt find(Map<String, Integer> byName, String name) {
    Integer exact = byName.get(name);
    Integer found = exact != null ? exact : byName.get(folded(name));
    return found != null ? OptionalInt.of(found) : OptionalInt.empty();
  }
}
