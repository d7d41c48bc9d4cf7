package io.keymoor.protocol;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.IOException;

/**
 * The JSON form of the link's messages: snake_case, instants as ISO text, unknown fields ignored
 * (the other side may be newer), missing ones refused unless they are optional (it may be older),
 * nesting and sizes bounded before anything is built.
 *
 * <p>Thread-safe.
 */
public final class LinkJson {
  /** The largest message either side accepts, in bytes. */
  public static final int MAX_MESSAGE_BYTES = 64 * 1024 * 1024;

  private static final int MAX_NESTING = 32;
  private static final int MAX_TEXT = 1024 * 1024;

  private static final ObjectMapper MAPPER = mapper();

  private LinkJson() {}

  /** The message as UTF-8 JSON. */
  public static byte[] write(Object message) {
    try {
      return MAPPER.writeValueAsBytes(message);
    } catch (JsonProcessingException failure) {
      throw new IllegalArgumentException(
          "a message of type " + message.getClass().getSimpleName() + " has no JSON form", failure);
    }
  }

  /**
   * The message in {@code json}.
   *
   * @throws MalformedMessage when it is not one; the text never repeats the message's contents
   */
  public static <T> T read(byte[] json, Class<T> type) {
    if (json.length > MAX_MESSAGE_BYTES) {
      throw new MalformedMessage(type, "it has " + json.length + " bytes");
    }
    try {
      T message = MAPPER.readValue(json, type);
      if (message == null) {
        throw new MalformedMessage(type, "it is null");
      }
      return message;
    } catch (JsonProcessingException malformed) {
      throw new MalformedMessage(type, place(malformed));
    } catch (IOException impossible) {
      throw new MalformedMessage(type, "it could not be read");
    }
  }

  private static String place(JsonProcessingException malformed) {
    var location = malformed.getLocation();
    return location == null
        ? "a field is missing or has the wrong type"
        : "line " + location.getLineNr() + ", column " + location.getColumnNr();
  }

  private static ObjectMapper mapper() {
    SimpleModule sealedKeys =
        new SimpleModule()
            .addSerializer(SealedKey.class, new SealedKeyWriter())
            .addDeserializer(SealedKey.class, new SealedKeyReader());
    JsonMapper mapper =
        JsonMapper.builder()
            .addModules(new Jdk8Module(), new JavaTimeModule(), sealedKeys)
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();
    mapper
        .getFactory()
        .setStreamReadConstraints(
            StreamReadConstraints.builder()
                .maxNestingDepth(MAX_NESTING)
                .maxStringLength(MAX_TEXT)
                .maxDocumentLength(MAX_MESSAGE_BYTES)
                .build());
    return mapper;
  }

  private static final class SealedKeyWriter extends JsonSerializer<SealedKey> {
    @Override
    public void serialize(SealedKey key, JsonGenerator out, SerializerProvider unused)
        throws IOException {
      out.writeBinary(key.bytes());
    }
  }

  private static final class SealedKeyReader extends JsonDeserializer<SealedKey> {
    @Override
    public SealedKey deserialize(JsonParser in, DeserializationContext context) throws IOException {
      try {
        return new SealedKey(in.getBinaryValue());
      } catch (IllegalArgumentException wrongSize) {
        return (SealedKey) context.handleWeirdStringValue(SealedKey.class, "", "wrong size");
      }
    }
  }
}
