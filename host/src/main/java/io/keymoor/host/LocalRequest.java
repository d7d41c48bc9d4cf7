package io.keymoor.host;

import io.keymoor.protocol.CommandOutcome;
import io.keymoor.protocol.HostCommand;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What root on this host has its agent do. */
final class LocalRequest {
  private LocalRequest() {}

  /**
   * Has it done and waits.
   *
   * @param runtime the agent's runtime directory
   * @return what was done, in sentences
   * @throws CommandRefused when it was not
   */
  static String done(Path runtime, HostCommand command) {
    CommandOutcome outcome =
        LocalDoor.ask(runtime, command)
            .orElseThrow(() ->
                new CommandRefused(
                    "no agent answers in "
                        + runtime
                        + ". Start it (keymoor host run) and see with virsh list --all what was"
                        + " done."));
    return switch (outcome) {
      case CommandOutcome.Succeeded done ->
          Stream.of(List.of(done.summary()), done.warnings())
              .flatMap(List::stream)
              .collect(Collectors.joining("\n"));
      case CommandOutcome.Failed failed -> throw new CommandRefused(failed.sentence());
      case CommandOutcome.Cancelled cancelled -> throw new CommandRefused(cancelled.summary());
    };
  }
}
