package io.keymoor.provider.record;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.keymoor.provider.ProviderException;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.DateTimeException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

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
    try (JsonParser in = MAPPER.createParser(json)) {
      return new KeyRecordReader(in).read();
    } catch (ProviderException.InvalidName impossible) {
      throw damagedOrNewer(
          json, new ProviderException.RecordDamaged("a provider's name is impossible"));
    } catch (ProviderException.RecordDamaged damage) {
      throw damagedOrNewer(json, damage);
    } catch (IOException notJson) {
      throw damagedOrNewer(json, new ProviderException.RecordDamaged("it is not well-formed JSON"));
    } catch (IllegalArgumentException | DateTimeException impossible) {
      throw damagedOrNewer(
          json, new ProviderException.RecordDamaged("a field has an impossible value"));
    }
  }

  /** Whatever a newer version has that this one refuses, it says so in these two fields. */
  private static ProviderException damagedOrNewer(String json, ProviderException damage) {
    try {
      JsonNode tree = MAPPER.readTree(json);
      JsonNode version = tree.path("version");
      boolean newer =
          tree.path("format").asText().equals(KeyRecordReader.FORMAT)
              && version.isIntegralNumber()
              && version.canConvertToLong()
              && version.longValue() > KeyRecordReader.VERSION;
      return newer ? new ProviderException.RecordFromNewerVersion(version.longValue()) : damage;
    } catch (JsonProcessingException notJson) {
      return damage;
    }
  }

  private static String write(KeyRecord record, boolean withMacs) {
    StringWriter text = new StringWriter();
    try (JsonGenerator out = MAPPER.getFactory().createGenerator(text)) {
      out.writeStartObject();
      out.writeStringField("format", KeyRecordReader.FORMAT);
      out.writeNumberField("version", KeyRecordReader.VERSION);
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
}
