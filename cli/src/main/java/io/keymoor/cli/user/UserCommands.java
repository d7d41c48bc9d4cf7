package io.keymoor.cli.user;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keymoor.cli.command.CommandFailed;
import io.keymoor.cli.command.Fields;
import io.keymoor.cli.command.NewFile;
import io.keymoor.cli.command.Session;
import io.keymoor.cli.output.Table;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code keymoor user}. */
@Command(
    name = "user",
    description =
        "Administrators and their roles. A user makes a key and a request, such as with: openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=me -keyout me.key -out me.csr",
    mixinStandardHelpOptions = true)
public final class UserCommands {
  private static final int MAX_BYTES = 64 * 1024;

  private final Session session;

  private UserCommands(Session session) {
    this.session = session;
  }

  /** The command with its subcommands. */
  public static CommandLine tree(Session session) {
    return new CommandLine(new UserCommands(session));
  }

  @Command(
      name = "list",
      description = "List users, and what their roles allow.",
      mixinStandardHelpOptions = true)
  void list() {
    JsonNode answer = session.manager().users().list();
    Table table = new Table("USER", "ROLES", "MAY");
    for (JsonNode user : Fields.list(answer, "users")) {
      table.row(Fields.text(user, "name"), Fields.names(user, "roles"), privileges(answer, user));
    }
    session.print(answer, table, "There is no user.");
  }

  private static String privileges(JsonNode answer, JsonNode user) {
    long all =
        Fields.list(answer, "roles").stream()
            .mapToLong(role -> Fields.list(role, "privileges").size())
            .max()
            .orElse(0);
    long own =
        Fields.list(answer, "roles").stream()
            .filter(role ->
                Fields.list(user, "roles").stream()
                    .anyMatch(name -> name.asText().equals(Fields.text(role, "name"))))
            .flatMap(role -> Fields.list(role, "privileges").stream())
            .map(JsonNode::asText)
            .distinct()
            .count();
    return own == all ? "everything" : own + " of " + all + " privileges";
  }

  @Command(
      name = "add",
      description = "Add a user with a role; write the context that the user keeps beside the key.",
      mixinStandardHelpOptions = true)
  void add(
      @Parameters(paramLabel = "NAME", description = "1 to 64 small letters, digits and ._@-")
          String name,
      @Option(
              names = "--role",
              required = true,
              paramLabel = "ROLE",
              description = "What the user may do; see keymoor user list --output json.")
          String role,
      @Option(
              names = "--csr",
              required = true,
              paramLabel = "FILE",
              description = "The user's certification request (PEM).")
          Path csr,
      @Option(
              names = "--out",
              required = true,
              paramLabel = "FILE",
              description = "Where to write the context; it looks for NAME.key beside it.")
          Path out) {
    NewFile.requireFree(out);
    JsonNode grant = session.manager().users().add(name, role, pem(csr));
    write(grant, out);
    session.done(
        grant,
        "User "
            + name
            + " added with the role "
            + role
            + ". The context is in "
            + out
            + "; the private key goes beside it as "
            + name
            + ".key.");
  }

  @Command(
      name = "certificate",
      description = "Give a user another certificate; the former ones stay valid until they end.",
      mixinStandardHelpOptions = true)
  void certificate(
      @Parameters(paramLabel = "NAME", description = "The user.") String name,
      @Option(
              names = "--csr",
              required = true,
              paramLabel = "FILE",
              description = "The user's certification request (PEM).")
          Path csr,
      @Option(
              names = "--out",
              required = true,
              paramLabel = "FILE",
              description = "Where to write the context; it looks for NAME.key beside it.")
          Path out) {
    NewFile.requireFree(out);
    JsonNode grant = session.manager().users().certificate(name, pem(csr));
    write(grant, out);
    session.done(
        grant, "User " + name + " has another certificate; the context is in " + out + ".");
  }

  @Command(
      name = "role",
      description = "Give a user this role instead of those that the user has.",
      mixinStandardHelpOptions = true)
  void role(
      @Parameters(index = "0", paramLabel = "NAME", description = "The user.") String name,
      @Parameters(index = "1", paramLabel = "ROLE", description = "The role.") String role) {
    session.manager().users().role(name, role);
    session.done("User " + name + " has the role " + role + " now.");
  }

  @Command(
      name = "remove",
      description = "Remove a user: certificates of that name open nothing from now on.",
      mixinStandardHelpOptions = true)
  void remove(@Parameters(paramLabel = "NAME", description = "The user.") String name) {
    session.manager().users().remove(name);
    session.done("User " + name + " removed; certificates of that name open nothing any more.");
  }

  private static void write(JsonNode grant, Path out) {
    ObjectNode context = JsonNodeFactory.instance.objectNode();
    for (String field : new String[] {"url", "ca_pem", "certificate_pem"}) {
      context.put(field, Fields.text(grant, field));
    }
    context.put("private_key_pem_file", Fields.text(grant, "name") + ".key");
    NewFile.write(out, context.toString().getBytes(StandardCharsets.UTF_8));
  }

  private static String pem(Path file) {
    try {
      if (Files.size(file) <= MAX_BYTES) {
        return Files.readString(file, US_ASCII);
      }
    } catch (IOException unreadable) {
      // The same sentence as for one that is no request.
    }
    throw new CommandFailed(
        "The file " + file + " is no certification request that can be read. Nothing was done.");
  }
}
