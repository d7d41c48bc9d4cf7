package io.keymoor.host;

import io.keymoor.host.vm.VmTools;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What was asked for on the command line. */
sealed interface HostArguments {
  /** The libvirt of a host unless another is named. */
  String SYSTEM_LIBVIRT = "qemu:///system";

  /** What can be said. */
  String USAGE =
      """
      Usage:
        keymoor host init --dir DIR --name NAME [--libvirt URI]
            makes a host: its keys and host-request.json, with which it is enrolled
        keymoor host run --dir DIR [--libvirt URI] [--hooks-dir DIR] [--runtime-dir DIR]
                         [--swtpm-dir DIR]
            runs its agent; host-grant.json must be in DIR. The other directories are those of a
            libvirt that is not installed as usual: its hooks, a place for the agent's socket, and
            where it keeps the state of vTPMs
      """;

  /** Make a host. */
  record Init(Path directory, String name, String libvirtUri) implements HostArguments {}

  /** Run its agent. */
  record Run(
      Path directory,
      Optional<String> libvirtUri,
      Path hooksDirectory,
      Path runtimeDirectory,
      Path swtpmDirectory)
      implements HostArguments {}

  /** Say what can be said. */
  record Help() implements HostArguments {}

  /** It makes no sense, for this reason. */
  record Wrong(String reason) implements HostArguments {}

  /** Reads a command line. */
  static HostArguments parse(String... words) {
    List<String> all = List.of(words);
    if (all.isEmpty()) {
      return new Wrong("a command is missing");
    }
    if (all.contains("--help") || all.contains("-h")) {
      return new Help();
    }
    return switch (all.getFirst()) {
      case "init" -> init(all.subList(1, all.size()));
      case "run" -> run(all.subList(1, all.size()));
      default -> new Wrong("\"" + all.getFirst() + "\" is no command");
    };
  }

  private static HostArguments init(List<String> words) {
    Map<String, String> options = new HashMap<>();
    Optional<String> fault = read(words, List.of("--dir", "--name", "--libvirt"), options);
    if (fault.isPresent()) {
      return new Wrong(fault.get());
    }
    String directory = options.get("--dir");
    String name = options.get("--name");
    if (directory == null || name == null) {
      return new Wrong("init needs --dir and --name");
    }
    return new Init(Path.of(directory), name, options.getOrDefault("--libvirt", SYSTEM_LIBVIRT));
  }

  private static HostArguments run(List<String> words) {
    Map<String, String> options = new HashMap<>();
    Optional<String> fault =
        read(
            words,
            List.of("--dir", "--libvirt", "--hooks-dir", "--runtime-dir", "--swtpm-dir"),
            options);
    if (fault.isPresent()) {
      return new Wrong(fault.get());
    }
    String directory = options.get("--dir");
    if (directory == null) {
      return new Wrong("run needs --dir");
    }
    return new Run(
        Path.of(directory),
        Optional.ofNullable(options.get("--libvirt")),
        Path.of(options.getOrDefault("--hooks-dir", "/etc/libvirt/hooks")),
        Path.of(options.getOrDefault("--runtime-dir", "/run/keymoor")),
        Path.of(options.getOrDefault("--swtpm-dir", VmTools.SWTPM_DIRECTORY.toString())));
  }

  private static Optional<String> read(
      List<String> words, List<String> known, Map<String, String> options) {
    for (int i = 0; i < words.size(); i += 2) {
      String option = words.get(i);
      if (option.equals("--yes") || option.equals("-y")) {
        // The launcher's, which installs what is missing; takes no value.
        i--;
        continue;
      }
      if (!known.contains(option)) {
        return Optional.of("\"" + option + "\" is unknown here");
      }
      if (i + 1 == words.size()) {
        return Optional.of(option + " needs a value");
      }
      if (options.put(option, words.get(i + 1)) != null) {
        return Optional.of(option + " is there twice");
      }
    }
    return Optional.empty();
  }
}
