package io.keymoor.provider.record;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.keymoor.crypto.KeyCheckValue;
import io.keymoor.provider.KeyId;
import io.keymoor.provider.ProviderException;
import io.keymoor.provider.ProviderName;
import io.keymoor.provider.ProviderReference;
import io.keymoor.provider.ProviderType;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;

/**
 * Key records as JSON, version 1; docs/formats/keys.md shows one.
 *
 * <p>Writing is canonical: fixed order of fields, no white space, so that equal records are equal
 * bytes and a MAC can cover them. Reading is strict: size and depth are bounded first, unknown,
 * missing, doubled and misplaced fields are refused, a newer version is named as such.
 *
 * <p>Thread-safe.
 */
public final class KeyRecordCodec {
  /** The largest record that is read, in characters. */
  public static final int MAX_LENGTH = 512 * 1024;

  private static final String FORMAT = "keymoor-key-record";
  private static final int VERSION = 1;

  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(8)
                          .maxStringLength(4096)
                          .maxNumberLength(20)
                          .maxDocumentLength(MAX_LENGTH)
                          .build())
                  .build())
          .enable(
              DeserializationFeature.FAIL_ON_TRAILING_TOKENS,
              DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
          .build();

  private KeyRecordCodec() {}

  /** The canonical JSON of {@code record}. */
  public static String write(KeyRecord record) {
    return write(record, true);
  }

  /** The bytes that a record's MACs cover. */
  static byte[] authenticated(KeyRecord record) {
    return write(record, false).getBytes(UTF_8);
  }

  /**
   * Reads a record; its MACs are not verified here.
   *
   * @throws ProviderException.RecordDamaged when it is none
   * @throws ProviderException.RecordFromNewerVersion when a newer software wrote it
   */
  public static KeyRecord read(String json) {
    if (json.length() > MAX_LENGTH) {
      throw new ProviderException.RecordDamaged("it has " + json.length() + " characters");
    }
    try {
      return record(new Fields(MAPPER.readTree(json), "the record", new Moments()));
    } catch (JsonProcessingException notJson) {
      throw new ProviderException.RecordDamaged("it is not well-formed JSON");
    } catch (IllegalArgumentException | DateTimeException impossible) {
      throw new ProviderException.RecordDamaged("a field has an impossible value");
    } catch (ProviderException.InvalidName impossible) {
      throw new ProviderException.RecordDamaged("a provider's name is impossible");
    }
  }

  private static KeyRecord record(Fields fields) {
    if (!fields.text("format").equals(FORMAT)) {
      throw new ProviderException.RecordDamaged("it is not a Keymoor key record");
    }
    long version = fields.number("version");
    if (version > VERSION) {
      throw new ProviderException.RecordFromNewerVersion(version);
    }
    KeyRecord record =
        new KeyRecord(
            fields.id("objectId"),
            KeyRecord.ObjectType.valueOf(fields.text("objectType").toUpperCase(Locale.ROOT)),
            fields.text("objectName"),
            fields.number("generation"),
            fields.moment("written"),
            fields.list("parts", KeyRecordCodec::part),
            fields.list("macs", KeyRecordCodec::mac));
    fields.requireNoOthers();
    return record;
  }

  private static PartKeys part(Fields fields) {
    PartKeys part =
        new PartKeys(
            fields.text("part"),
            fields.optional("current", KeyRecordCodec::entry),
            fields.optional("pending", KeyRecordCodec::entry),
            fields.optional("previous", KeyRecordCodec::entry));
    fields.requireNoOthers();
    return part;
  }

  private static KeyEntry entry(Fields fields) {
    if (!fields.text("algorithm").equals(KeyEntry.ALGORITHM)) {
      throw new ProviderException.RecordDamaged("it names an algorithm that version 1 has not");
    }
    KeyEntry entry =
        new KeyEntry(
            fields.object("provider", KeyRecordCodec::provider),
            new KeyId(fields.text("keyId")),
            new KeyCheckValue(fields.text("keyCheck")),
            fields.optionalText("wrappedKek").map(WrappedKey::new),
            new WrappedKey(fields.text("wrappedDek")),
            new KeyCheckValue(fields.text("dekCheck")),
            fields.number("generation"),
            fields.moment("created"),
            fields.id("secretId"),
            fields.optionalText("image"));
    fields.requireNoOthers();
    return entry;
  }

  private static ProviderReference provider(Fields fields) {
    ProviderReference provider =
        new ProviderReference(
            fields.id("id"),
            new ProviderName(fields.text("name")),
            ProviderType.of(fields.text("type")));
    fields.requireNoOthers();
    return provider;
  }

  private static RecordMac mac(Fields fields) {
    RecordMac mac =
        new RecordMac(fields.id("provider"), new KeyId(fields.text("keyId")), fields.text("mac"));
    fields.requireNoOthers();
    return mac;
  }

  private static String write(KeyRecord record, boolean withMacs) {
    StringWriter text = new StringWriter();
    try (JsonGenerator out = MAPPER.getFactory().createGenerator(text)) {
      out.writeStartObject();
      out.writeStringField("format", FORMAT);
      out.writeNumberField("version", VERSION);
      out.writeStringField("objectId", record.objectId().toString());
      out.writeStringField("objectType", record.objectType().name().toLowerCase(Locale.ROOT));
      out.writeStringField("objectName", record.objectName());
      out.writeNumberField("generation", record.generation());
      out.writeStringField("written", record.written().toString());
      out.writeArrayFieldStart("parts");
      for (PartKeys part : record.parts()) {
        out.writeStartObject();
        out.writeStringField("part", part.part());
        write(out, "current", part.current());
        write(out, "pending", part.pending());
        write(out, "previous", part.previous());
        out.writeEndObject();
      }
      out.writeEndArray();
      if (withMacs) {
        writeMacs(out, record.macs());
      }
      out.writeEndObject();
    } catch (IOException impossible) {
      throw new UncheckedIOException("writing into memory failed", impossible);
    }
    return text.toString();
  }

  private static void writeMacs(JsonGenerator out, List<RecordMac> macs) throws IOException {
    out.writeArrayFieldStart("macs");
    for (RecordMac mac : macs) {
      out.writeStartObject();
      out.writeStringField("provider", mac.provider().toString());
      out.writeStringField("keyId", mac.keyId().text());
      out.writeStringField("mac", mac.base64());
      out.writeEndObject();
    }
    out.writeEndArray();
  }

  private static void write(JsonGenerator out, String name, Optional<KeyEntry> optional)
      throws IOException {
    if (optional.isEmpty()) {
      return;
    }
    KeyEntry entry = optional.get();
    out.writeObjectFieldStart(name);
    out.writeObjectFieldStart("provider");
    out.writeStringField("id", entry.provider().id().toString());
    out.writeStringField("name", entry.provider().name().text());
    out.writeStringField("type", entry.provider().type().text());
    out.writeEndObject();
    out.writeStringField("keyId", entry.keyId().text());
    out.writeStringField("keyCheck", entry.keyCheck().hex());
    if (entry.wrappedKek().isPresent()) {
      out.writeStringField("wrappedKek", entry.wrappedKek().get().base64());
    }
    out.writeStringField("wrappedDek", entry.wrappedDek().base64());
    out.writeStringField("dekCheck", entry.dekCheck().hex());
    out.writeStringField("algorithm", KeyEntry.ALGORITHM);
    out.writeNumberField("generation", entry.generation());
    out.writeStringField("created", entry.created().toString());
    out.writeStringField("secretId", entry.secretId().toString());
    if (entry.image().isPresent()) {
      out.writeStringField("image", entry.image().get());
    }
    out.writeEndObject();
  }

  /** Moments of one record, most of which are one and the same: reading one is dear. */
  private static final class Moments {
    private String text = "";
    private Instant moment = Instant.EPOCH;

    Instant read(String now) {
      if (!now.equals(text)) {
        moment = Instant.parse(now);
        text = now;
      }
      return moment;
    }
  }

  /** One JSON object, read field by field, each once; whatever was not asked for is refused. */
  private static final class Fields {
    private static final int MAX_LIST = 1024;

    private final JsonNode node;
    private final String where;
    private final Moments moments;
    private int read;

    Fields(JsonNode node, String where, Moments moments) {
      if (!node.isObject()) {
        throw new ProviderException.RecordDamaged(where + " is not a JSON object");
      }
      this.node = node;
      this.where = where;
      this.moments = moments;
    }

    private JsonNode take(String name) {
      JsonNode value = node.path(name);
      if (!value.isMissingNode()) {
        read++;
      }
      return value;
    }

    String text(String name) {
      return optionalText(name).orElseThrow(() -> wrong(name));
    }

    Optional<String> optionalText(String name) {
      JsonNode value = take(name);
      if (value.isMissingNode()) {
        return Optional.empty();
      }
      if (!value.isTextual()) {
        throw wrong(name);
      }
      return Optional.of(value.textValue());
    }

    UUID id(String name) {
      String text = text(name);
      if (text.length() != 36) {
        throw wrong(name);
      }
      return UUID.fromString(text);
    }

    Instant moment(String name) {
      return moments.read(text(name));
    }

    long number(String name) {
      JsonNode value = take(name);
      if (!value.isIntegralNumber() || !value.canConvertToLong()) {
        throw wrong(name);
      }
      return value.longValue();
    }

    <T> T object(String name, Function<Fields, T> reader) {
      return optional(name, reader).orElseThrow(() -> wrong(name));
    }

    <T> Optional<T> optional(String name, Function<Fields, T> reader) {
      JsonNode value = take(name);
      return value.isMissingNode()
          ? Optional.empty()
          : Optional.of(reader.apply(new Fields(value, name, moments)));
    }

    <T> List<T> list(String name, Function<Fields, T> reader) {
      JsonNode value = take(name);
      if (!value.isArray() || value.size() > MAX_LIST) {
        throw wrong(name);
      }
      List<T> items = new ArrayList<>(value.size());
      String itemOf = "an item of " + name;
      for (JsonNode item : value) {
        items.add(reader.apply(new Fields(item, itemOf, moments)));
      }
      return items;
    }

    void requireNoOthers() {
      if (read != node.size()) {
        throw new ProviderException.RecordDamaged(where + " has a field too many");
      }
    }

    private ProviderException wrong(String name) {
      return new ProviderException.RecordDamaged(
          "the field \"" + name + "\" of " + where + " is missing or of the wrong kind");
    }
  }
}
