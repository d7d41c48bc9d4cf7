package io.keymoor.manager.rest;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.keymoor.secret.SecretBytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.util.Arrays;
import java.util.Optional;

/**
 * The body of a login or of an uploaded key pair. Password and private key are never Strings here
 * and are zeroed by {@link #close}, as are the bytes they were read from; Jackson's own small
 * buffers are its own.
 */
final class CredentialBody implements AutoCloseable {
  private final byte[] bytes;
  private Optional<SecretBytes> password = Optional.empty();
  private Optional<SecretBytes> privateKey = Optional.empty();
  private Optional<String> user = Optional.empty();
  private Optional<String> certificate = Optional.empty();

  private CredentialBody(byte[] bytes) {
    this.bytes = bytes;
  }

  /** Takes over {@code bytes}. */
  static CredentialBody parse(byte[] bytes) {
    CredentialBody body = new CredentialBody(bytes);
    try {
      body.read();
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
        if (in.nextToken() != JsonToken.VALUE_STRING) {
          throw Body.invalid("The field \"" + field + "\" is not a text.");
        }
        switch (field) {
          case "password" -> password = Optional.of(secret(in));
          case "private_key_pem" -> privateKey = Optional.of(secret(in));
          case "user" -> user = Optional.of(in.getText());
          case "certificate_pem" -> certificate = Optional.of(in.getText());
          default -> throw Body.invalid("The request has an unknown field \"" + field + "\".");
        }
      }
    }
  }

  private static SecretBytes secret(JsonParser in) throws IOException {
    CharBuffer text =
        CharBuffer.wrap(in.getTextCharacters(), in.getTextOffset(), in.getTextLength());
    if (!text.hasRemaining()) {
      throw Body.invalid("The field \"" + in.currentName() + "\" is empty.");
    }
    byte[] most = new byte[text.length() * 4];
    ByteBuffer encoded = ByteBuffer.wrap(most);
    UTF_8.newEncoder().encode(text, encoded, true);
    byte[] clear = Arrays.copyOf(most, encoded.position());
    Arrays.fill(most, (byte) 0);
    return SecretBytes.takeOver(clear);
  }

  Optional<SecretBytes> password() {
    return password;
  }

  SecretBytes privateKey() {
    return privateKey.orElseThrow(() -> lacking("private_key_pem"));
  }

  String user() {
    return user.orElseThrow(() -> lacking("user"));
  }

  String certificate() {
    return certificate.orElseThrow(() -> lacking("certificate_pem"));
  }

  private static RuntimeException lacking(String field) {
    return Body.invalid("The request lacks the field \"" + field + "\".");
  }

  @Override
  public void close() {
    Arrays.fill(bytes, (byte) 0);
    password.ifPresent(SecretBytes::close);
    privateKey.ifPresent(SecretBytes::close);
  }
}
