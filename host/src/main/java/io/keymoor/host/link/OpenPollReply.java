package io.keymoor.host.link;

import io.keymoor.protocol.DesiredState;
import io.keymoor.protocol.HostCommand;
import io.keymoor.protocol.KeyUpdate;
import io.keymoor.protocol.LinkJson;
import io.keymoor.protocol.MalformedMessage;
import io.keymoor.protocol.PollReply;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A {@link PollReply} whose commands are read one by one: a newer manager's command that this agent
 * does not know must not keep it from the others.
 *
 * @param commands commands as JSON objects
 * @param desired as in {@link PollReply}
 * @param keys as in {@link PollReply}
 */
record OpenPollReply(
    List<Map<String, Object>> commands, Optional<DesiredState> desired, Optional<KeyUpdate> keys) {
  OpenPollReply {
    commands = List.copyOf(commands);
  }

  /** One of the commands. */
  sealed interface Delivered {
    /** This agent knows it. */
    record Known(HostCommand command) implements Delivered {}

    /** It does not; {@code kind} is the command's name. */
    record Unknown(String id, String kind) implements Delivered {}

    /** It has no usable id, so nothing can be said about it. */
    record Nameless() implements Delivered {}
  }

  List<Delivered> delivered() {
    return commands.stream().map(OpenPollReply::read).toList();
  }

  private static Delivered read(Map<String, Object> json) {
    if (!(json.get("id") instanceof String id) || id.isEmpty() || id.length() > 100) {
      return new Delivered.Nameless();
    }
    try {
      return new Delivered.Known(LinkJson.read(LinkJson.write(json), HostCommand.class));
    } catch (MalformedMessage unknown) {
      String kind = json.get("command") instanceof String name ? name : "";
      return new Delivered.Unknown(id, kind.matches("[a-z0-9-]{1,40}") ? kind : "unnamed");
    }
  }
}
