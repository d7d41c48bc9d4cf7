package io.keymoor.protocol;

import java.util.List;
import java.util.Optional;

/**
 * What there is to do: the desired state first, then the keys, then the commands.
 *
 * @param commands commands the host has not said it knows, oldest first
 * @param desired present when the host's revision is not the current one
 * @param keys present when its KEKs of standard providers are not those it should have
 */
public record PollReply(
    List<HostCommand> commands, Optional<DesiredState> desired, Optional<KeyUpdate> keys) {
  public PollReply {
    commands = List.copyOf(commands);
  }
}
