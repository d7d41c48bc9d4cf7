package io.keymoor.protocol;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;
import java.util.Optional;

/** How a command ended. Kept by the host until the manager acknowledged it. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "outcome")
@JsonSubTypes({
  @JsonSubTypes.Type(value = CommandOutcome.Succeeded.class, name = "succeeded"),
  @JsonSubTypes.Type(value = CommandOutcome.Failed.class, name = "failed"),
  @JsonSubTypes.Type(value = CommandOutcome.Cancelled.class, name = "cancelled"),
})
public sealed interface CommandOutcome {
  /** The command's id. */
  String id();

  /**
   * It is done and durable.
   *
   * @param summary one sentence for people
   * @param warnings what a person should know, such as old data that could not be erased
   * @param vm the VM as it is now, where the command was about one
   */
  record Succeeded(String id, String summary, List<String> warnings, Optional<VmReport> vm)
      implements CommandOutcome {
    public Succeeded {
      warnings = List.copyOf(warnings);
    }
  }

  /**
   * It failed and left things as the sentence says.
   *
   * @param code stable, lower case with underscores, such as "vm_running"
   * @param sentence what was wrong, what was left as it was, what to do
   */
  record Failed(String id, String code, String sentence, Optional<VmReport> vm)
      implements CommandOutcome {}

  /** It was cancelled and everything is as before. */
  record Cancelled(String id, String summary, Optional<VmReport> vm) implements CommandOutcome {}
}
