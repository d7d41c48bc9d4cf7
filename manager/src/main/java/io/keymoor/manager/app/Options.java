package io.keymoor.manager.app;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Options of a command, each with a value. */
record Options(Map<String, String> values) {
  static final Set<String> RUN = Set.of("--dir");
  static final Set<String> INIT =
      Set.of(
          "--dir",
          "--port",
          "--names",
          "--listen",
          "--database",
          "--database-user",
          "--database-password-file");

  /** The command line can't be understood. */
  static final class WrongUsage extends RuntimeException {
    private static final long serialVersionUID = 1L;

    WrongUsage(String sentence) {
      super(sentence);
    }
  }

  static Options parse(List<String> arguments, Set<String> known) {
    Map<String, String> values = new HashMap<>();
    for (int i = 0; i < arguments.size(); i += 2) {
      String name = arguments.get(i);
      if (!known.contains(name)) {
        throw new WrongUsage("Unknown option " + name + ".");
      }
      if (i + 1 == arguments.size()) {
        throw new WrongUsage("The option " + name + " needs a value.");
      }
      values.put(name, arguments.get(i + 1));
    }
    return new Options(values);
  }

  Optional<String> text(String name) {
    return Optional.ofNullable(values.get(name));
  }

  String required(String name) {
    return text(name).orElseThrow(() -> new WrongUsage("The option " + name + " is missing."));
  }

  Optional<Integer> number(String name) {
    try {
      return text(name).map(Integer::valueOf);
    } catch (NumberFormatException notOne) {
      throw new WrongUsage("The option " + name + " needs a number.");
    }
  }

  Optional<List<String>> list(String name) {
    return text(name).map(text -> List.of(text.split(",", -1)));
  }
}
