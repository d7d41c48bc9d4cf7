package io.keymoor.kms.command;

import io.keymoor.kmip.attribute.AttributeTypes;
import io.keymoor.kmip.attribute.Name;
import io.keymoor.kms.node.OpenStore;
import io.keymoor.kms.object.ObjectSource;
import io.keymoor.kms.object.StoredObject;
import io.keymoor.kms.store.Objects;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Lists objects, never their keys. */
@Command(name = "list", description = "Show the newest objects.", mixinStandardHelpOptions = true)
final class ListCommand implements Callable<Integer> {
  private final Output output;
  private final InstantSource clock;
  @Mixin private DirectoryOption directory = new DirectoryOption();

  @Option(names = "--owner", paramLabel = "CLIENT", description = "Only this client's objects.")
  private Optional<String> owner = Optional.empty();

  @Option(
      names = "--most",
      paramLabel = "N",
      defaultValue = "50",
      description = "How many. Default: ${DEFAULT-VALUE}")
  private int most;

  ListCommand(Output output, InstantSource clock) {
    this.output = output;
    this.clock = clock;
  }

  @Override
  public Integer call() {
    try (OpenStore store = OpenStore.toAdminister(directory.settings(), new SecureRandom())) {
      Objects objects = new Objects(store.database());
      List<Objects.Found> found =
          objects.search(
              new Objects.Search(
                  Optional.empty(), Set.of(), OptionalInt.empty(), owner.map(Set::of)),
              Long.MAX_VALUE,
              Math.max(1, most));
      Columns columns = new Columns("UNIQUE IDENTIFIER", "TYPE", "STATE", "OWNER", "NAME");
      for (Objects.Found one : found) {
        StoredObject object = ObjectSource.decoded(one.row());
        columns.row(
            object.id(),
            object.type().name(),
            state(object),
            object.owner(),
            object.first(AttributeTypes.NAME).map(Name::value).orElse("-"));
      }
      columns.print(output.out(), "There are no objects.");
      long all = objects.count();
      if (all > found.size()) {
        output.out().println(all + " objects in all.");
      }
    }
    return 0;
  }

  private String state(StoredObject object) {
    String state =
        object
            .stateAt(clock.instant())
            .map(it -> it.name().toLowerCase(Locale.ROOT).replace('_', '-'))
            .orElse("-");
    return object.archived() ? state + ", archived" : state;
  }
}
