package io.keymoor.protocol;

import java.util.List;
import java.util.Optional;

/**
 * What there is to do.
 *
 * @param commands commands the host has not said it knows, oldest first
 * @param desired present when the host's revision is not the current one
 */
public record PollReply(List<HostCommand> commands, Optional<DesiredState> desired) {
  public PollReply {
    commands = List.copyOf(commands);
  }
}
