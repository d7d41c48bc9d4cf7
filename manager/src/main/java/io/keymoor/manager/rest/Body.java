package io.keymoor.manager.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.keymoor.manager.domain.model.Refusal;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * A JSON object from outside: unknown fields are refused, because a misspelt constraint must not be
 * ignored in silence; fields of a wrong type are refused by name.
 */
record Body(JsonNode json) {
  static Body parse(byte[] bytes, String... allowed) {
    JsonNode json;
    try {
      json =
          bytes.length == 0 ? JsonNodeFactory.instance.objectNode() : Exchange.JSON.readTree(bytes);
    } catch (IOException malformed) {
      throw invalid("The request is not JSON.");
    }
    if (json == null || !json.isObject()) {
      throw invalid("The request is not a JSON object.");
    }
    Set<String> known = Set.of(allowed);
    json.fieldNames()
        .forEachRemaining(field -> {
          if (!known.contains(field)) {
            throw invalid("The request has an unknown field \"" + field + "\".");
          }
        });
    return new Body(json);
  }

  String text(String field) {
    return optionalText(field)
        .orElseThrow(() -> invalid("The request lacks the field \"" + field + "\"."));
  }

  Optional<String> optionalText(String field) {
    JsonNode value = json.path(field);
    if (value.isMissingNode() || value.isNull()) {
      return Optional.empty();
    }
    if (!value.isTextual()) {
      throw invalid("The field \"" + field + "\" is not a text.");
    }
    return Optional.of(value.textValue());
  }

  boolean flag(String field) {
    return optionalFlag(field).orElse(false);
  }

  Optional<Boolean> optionalFlag(String field) {
    JsonNode value = json.path(field);
    if (value.isMissingNode() || value.isNull()) {
      return Optional.empty();
    }
    if (!value.isBoolean()) {
      throw invalid("The field \"" + field + "\" is neither true nor false.");
    }
    return Optional.of(value.booleanValue());
  }

  OptionalLong optionalNumber(String field) {
    JsonNode value = json.path(field);
    if (value.isMissingNode() || value.isNull()) {
      return OptionalLong.empty();
    }
    if (!value.isIntegralNumber() || !value.canConvertToLong()) {
      throw invalid("The field \"" + field + "\" is not a whole number.");
    }
    return OptionalLong.of(value.longValue());
  }

  List<String> texts(String field) {
    JsonNode value = json.path(field);
    List<String> texts = new ArrayList<>();
    if (value.isMissingNode() || value.isNull()) {
      return texts;
    }
    if (!value.isArray()) {
      throw invalid("The field \"" + field + "\" is not a list of texts.");
    }
    for (JsonNode element : value) {
      if (!element.isTextual()) {
        throw invalid("The field \"" + field + "\" is not a list of texts.");
      }
      texts.add(element.textValue());
    }
    return texts;
  }

  /** The object in a field, empty when there is none. */
  Body object(String field, String... allowed) {
    JsonNode value = json.path(field);
    if (value.isMissingNode() || value.isNull()) {
      return new Body(JsonNodeFactory.instance.objectNode());
    }
    return parse(value.toString().getBytes(java.nio.charset.StandardCharsets.UTF_8), allowed);
  }

  /** The objects in a list, empty when there is none. */
  List<Body> objects(String field, String... allowed) {
    JsonNode value = json.path(field);
    List<Body> objects = new ArrayList<>();
    if (value.isMissingNode() || value.isNull()) {
      return objects;
    }
    if (!value.isArray()) {
      throw invalid("The field \"" + field + "\" is not a list.");
    }
    for (JsonNode element : value) {
      objects.add(
          parse(element.toString().getBytes(java.nio.charset.StandardCharsets.UTF_8), allowed));
    }
    return objects;
  }

  static Refusal.Invalid invalid(String what) {
    return new Refusal.Invalid("request_invalid", what + " Nothing was done.");
  }
}
