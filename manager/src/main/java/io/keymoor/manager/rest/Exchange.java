package io.keymoor.manager.rest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.keymoor.manager.domain.model.Caller;
import io.keymoor.manager.domain.model.Refusal;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Optional;

/** One request of a known caller, and its answer. */
record Exchange(ServerRequest request, ServerResponse response, Caller caller) {
  static final ObjectMapper JSON = new ObjectMapper();

  private static final int MAX_BODY = 1024 * 1024;

  /** A name in the path. */
  String path(String name) {
    return request.path().pathParameters().get(name);
  }

  Optional<String> query(String name) {
    return request.query().contains(name)
        ? Optional.of(request.query().get(name))
        : Optional.empty();
  }

  /** A number in the query. */
  long number(String name, long otherwise) {
    Optional<String> text = query(name);
    try {
      return text.map(Long::parseLong).orElse(otherwise);
    } catch (NumberFormatException notOne) {
      throw new Refusal.Invalid(
          "parameter_invalid", "The parameter \"" + name + "\" is not a whole number.");
    }
  }

  /** The body, in which only these fields may be. */
  Body body(String... allowed) {
    return Body.parse(bytes(), allowed);
  }

  /** The body's bytes, zeroed by whoever reads secrets from them. */
  byte[] bytes() {
    if (!request.content().hasEntity()) {
      return new byte[0];
    }
    try (InputStream in = request.content().inputStream()) {
      byte[] body = in.readNBytes(MAX_BODY + 1);
      if (body.length > MAX_BODY) {
        throw new Refusal.Invalid(
            "body_too_large",
            "The request has more than " + MAX_BODY + " bytes. Nothing was done.");
      }
      return body;
    } catch (IOException failure) {
      throw new UncheckedIOException("the request's body could not be read", failure);
    }
  }

  void json(Status status, JsonNode json) {
    try {
      byte[] body = JSON.writeValueAsBytes(json);
      response
          .status(status)
          .header(HeaderNames.CONTENT_TYPE, "application/json")
          .header(HeaderNames.CACHE_CONTROL, "no-store")
          .send(body);
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException("an answer without a JSON form", impossible);
    }
  }

  void ok(JsonNode json) {
    json(Status.OK_200, json);
  }

  void nothing() {
    response.status(Status.NO_CONTENT_204).send();
  }
}
