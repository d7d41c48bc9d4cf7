package io.keymoor.manager.rest;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.keymoor.crypto.ProviderBackup;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;

/**
 * The body of an export or import. Password and file are never Strings here and are zeroed by
 * {@link #close}, as are the bytes they were read from; Jackson's own small buffers are its own.
 */
final class SecretBody implements AutoCloseable {
  private final byte[] bytes;
  private char[] password = {};
  private byte[] config = {};
  private Optional<String> name = Optional.empty();
  private boolean dryRun;

  private SecretBody(byte[] bytes) {
    this.bytes = bytes;
  }

  /** Takes over {@code bytes}. */
  static SecretBody parse(byte[] bytes) {
    SecretBody body = new SecretBody(bytes);
    try {
      if (bytes.length > 0) {
        body.read();
      }
      return body;
    } catch (IOException malformed) {
      body.close();
      throw Body.invalid("The request is not JSON of the expected form.");
    } catch (RuntimeException refused) {
      body.close();
      throw refused;
    }
  }

  private void read() throws IOException {
    try (JsonParser in = Exchange.JSON.getFactory().createParser(bytes)) {
      if (in.nextToken() != JsonToken.START_OBJECT) {
        throw Body.invalid("The request is not a JSON object.");
      }
      while (in.nextToken() == JsonToken.FIELD_NAME) {
        String field = in.currentName();
        JsonToken value = in.nextToken();
        field(in, field, value);
      }
    }
  }

  private void field(JsonParser in, String field, JsonToken value) throws IOException {
    boolean text = value == JsonToken.VALUE_STRING;
    if (field.equals("password") && text) {
      int start = in.getTextOffset();
      password = Arrays.copyOfRange(in.getTextCharacters(), start, start + in.getTextLength());
    } else if (field.equals("config") && text) {
      config = in.getBinaryValue();
      if (config.length > ProviderBackup.MAX_BYTES) {
        throw Body.invalid("The backup file is larger than any backup is.");
      }
    } else if (field.equals("name") && text) {
      name = Optional.of(in.getText());
    } else if (field.equals("dry_run") && value.isBoolean()) {
      dryRun = in.getBooleanValue();
    } else {
      throw Body.invalid("The field \"" + field + "\" is unknown or of the wrong type.");
    }
  }

  /** Empty when there is none. Zeroed with this body. */
  char[] password() {
    return password;
  }

  /** The file. Zeroed with this body. */
  byte[] config() {
    if (config.length == 0) {
      throw Body.invalid("The request lacks the field \"config\".");
    }
    return config;
  }

  Optional<String> name() {
    return name;
  }

  boolean dryRun() {
    return dryRun;
  }

  @Override
  public void close() {
    Arrays.fill(bytes, (byte) 0);
    Arrays.fill(password, '\0');
    Arrays.fill(config, (byte) 0);
  }
}
