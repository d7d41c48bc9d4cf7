package io.keymoor.provider.record;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.keymoor.crypto.KeyCheckValue;
import io.keymoor.provider.KeyId;
import io.keymoor.provider.ProviderException;
import io.keymoor.provider.ProviderName;
import io.keymoor.provider.ProviderReference;
import io.keymoor.provider.ProviderType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Reads one key record of version 1 in one pass, without a tree in between: a manager reads
 * thousands while it rekeys. Fields may come in any order, each once; unknown, missing and doubled
 * ones are damage. Used by one thread.
 */
final class KeyRecordReader {
  static final String FORMAT = "keymoor-key-record";
  static final int VERSION = 1;

  private static final int MAX_LIST = 1024;
  private static final List<String> RECORD =
      List.of(
          "format",
          "version",
          "objectId",
          "objectType",
          "objectName",
          "generation",
          "written",
          "parts",
          "macs");
  private static final List<String> PART = List.of("part", "current", "pending", "previous");
  private static final List<String> ENTRY =
      List.of(
          "provider",
          "keyId",
          "keyCheck",
          "wrappedKek",
          "wrappedDek",
          "dekCheck",
          "algorithm",
          "generation",
          "created",
          "secretId",
          "image");
  private static final List<String> PROVIDER = List.of("id", "name", "type");
  private static final List<String> MAC = List.of("provider", "keyId", "mac");

  private final JsonParser in;
  private final RecordFields.Moments moments = new RecordFields.Moments();

  KeyRecordReader(JsonParser in) {
    this.in = in;
  }

  /** The record, which is all that the text has. */
  KeyRecord read() throws IOException {
    if (in.nextToken() != JsonToken.START_OBJECT) {
      throw new ProviderException.RecordDamaged("it is not a JSON object");
    }
    KeyRecord record = record(fields(RECORD, "the record"));
    if (in.nextToken() != null) {
      throw new ProviderException.RecordDamaged("something follows its end");
    }
    return record;
  }

  private RecordFields fields(List<String> names, String where) throws IOException {
    RecordFields fields = new RecordFields(names, where, moments);
    for (String name = in.nextFieldName(); name != null; name = in.nextFieldName()) {
      in.nextToken();
      fields.put(name, value(fields, name));
    }
    return fields;
  }

  private Object value(RecordFields fields, String name) throws IOException {
    return switch (in.currentToken()) {
      case VALUE_STRING -> in.getText();
      case VALUE_NUMBER_INT -> number(fields, name);
      case START_OBJECT -> object(fields, name);
      case START_ARRAY -> list(fields, name);
      case VALUE_NUMBER_FLOAT,
          VALUE_TRUE,
          VALUE_FALSE,
          VALUE_NULL,
          VALUE_EMBEDDED_OBJECT,
          FIELD_NAME,
          END_OBJECT,
          END_ARRAY,
          NOT_AVAILABLE ->
          throw fields.wrong(name);
    };
  }

  private Long number(RecordFields fields, String name) throws IOException {
    if (in.getNumberType() == JsonParser.NumberType.BIG_INTEGER) {
      throw fields.wrong(name);
    }
    return in.getLongValue();
  }

  /** Each name of a nested object means one kind of it, wherever it is. */
  private Object object(RecordFields fields, String name) throws IOException {
    return switch (name) {
      case "current", "pending", "previous" -> entry(fields(ENTRY, name));
      case "provider" -> provider(fields(PROVIDER, name));
      default -> throw fields.wrong(name);
    };
  }

  private Object list(RecordFields fields, String name) throws IOException {
    return switch (name) {
      case "parts" -> list(fields, name, PART, KeyRecordReader::part);
      case "macs" -> list(fields, name, MAC, KeyRecordReader::mac);
      default -> throw fields.wrong(name);
    };
  }

  private interface Item<T> {
    T of(RecordFields fields);
  }

  private <T> List<T> list(RecordFields fields, String name, List<String> names, Item<T> item)
      throws IOException {
    List<T> items = new ArrayList<>();
    while (in.nextToken() == JsonToken.START_OBJECT) {
      if (items.size() == MAX_LIST) {
        throw fields.wrong(name);
      }
      items.add(item.of(fields(names, name)));
    }
    if (in.currentToken() != JsonToken.END_ARRAY) {
      throw fields.wrong(name);
    }
    return items;
  }

  private static KeyRecord record(RecordFields fields) {
    if (!fields.text("format").equals(FORMAT) || fields.number("version") != VERSION) {
      throw new ProviderException.RecordDamaged("it is not a Keymoor key record");
    }
    return new KeyRecord(
        fields.id("objectId"),
        KeyRecord.ObjectType.valueOf(fields.text("objectType").toUpperCase(Locale.ROOT)),
        fields.text("objectName"),
        fields.number("generation"),
        fields.moment("written"),
        fields.list("parts", PartKeys.class),
        fields.list("macs", RecordMac.class));
  }

  private static PartKeys part(RecordFields fields) {
    return new PartKeys(
        fields.text("part"),
        fields.optional("current", KeyEntry.class),
        fields.optional("pending", KeyEntry.class),
        fields.optional("previous", KeyEntry.class));
  }

  private static KeyEntry entry(RecordFields fields) {
    if (!fields.text("algorithm").equals(KeyEntry.ALGORITHM)) {
      throw new ProviderException.RecordDamaged("it names an algorithm that version 1 has not");
    }
    return new KeyEntry(
        fields.required("provider", ProviderReference.class),
        new KeyId(fields.text("keyId")),
        new KeyCheckValue(fields.text("keyCheck")),
        fields.optional("wrappedKek", String.class).map(WrappedKey::new),
        new WrappedKey(fields.text("wrappedDek")),
        new KeyCheckValue(fields.text("dekCheck")),
        fields.number("generation"),
        fields.moment("created"),
        fields.id("secretId"),
        fields.optional("image", String.class));
  }

  private static ProviderReference provider(RecordFields fields) {
    return new ProviderReference(
        fields.id("id"),
        new ProviderName(fields.text("name")),
        ProviderType.of(fields.text("type")));
  }

  private static RecordMac mac(RecordFields fields) {
    return new RecordMac(
        fields.id("provider"), new KeyId(fields.text("keyId")), fields.text("mac"));
  }
}
