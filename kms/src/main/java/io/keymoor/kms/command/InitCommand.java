package io.keymoor.kms.command;

import io.keymoor.kms.node.Addresses;
import io.keymoor.kms.node.NewNode;
import io.keymoor.kms.node.NodeException;
import io.keymoor.kms.node.NodeSettings.SharedDatabase;
import io.keymoor.kms.node.RootKeyWish;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Sets a node up. */
@Command(
    name = "init",
    description = "Set up a KMS, or another node of one that shares a database.",
    mixinStandardHelpOptions = true)
final class InitCommand implements Callable<Integer> {
  private final Output output;
  private final InstantSource clock;
  @Mixin private DirectoryOption directory = new DirectoryOption();
  @Mixin private RootKeyOptions rootKey = new RootKeyOptions();

  @Option(
      names = "--listen",
      paramLabel = "ADDRESS:PORT",
      defaultValue = "127.0.0.1:5696",
      description = "Where KMIP is served. Default: ${DEFAULT-VALUE}")
  private String listen = "";

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "A DNS name or address that clients use; may be repeated.")
  private List<String> names = new ArrayList<>();

  @Option(
      names = "--monitor",
      paramLabel = "ADDRESS:PORT",
      defaultValue = "127.0.0.1:9696",
      description = "Where metrics and health are served. Default: ${DEFAULT-VALUE}")
  private String monitor = "";

  @Option(
      names = "--database",
      paramLabel = "JDBC-URL",
      description = "Share this PostgreSQL with other nodes instead of an embedded one.")
  private Optional<String> database = Optional.empty();

  @Option(
      names = "--database-user",
      paramLabel = "USER",
      defaultValue = "postgres",
      description = "The user of the shared database.")
  private String user = "";

  @Option(
      names = "--database-password-file",
      paramLabel = "FILE",
      description = "The password of the shared database.")
  private Optional<Path> databasePassword = Optional.empty();

  InitCommand(Output output, InstantSource clock) {
    this.output = output;
    this.clock = clock;
  }

  @Override
  public Integer call() {
    InetSocketAddress address =
        Addresses.parse(listen)
            .orElseThrow(() -> new NodeException(listen + " is not an address with a port."));
    RootKeyWish wish = rootKey.wish();
    NewNode.Outcome outcome =
        NewNode.create(
            new NewNode.Wish(
                directory.path(),
                hostName(),
                listen,
                names.isEmpty() ? List.of(host(address)) : names,
                monitor,
                wish,
                database.map(url ->
                    new SharedDatabase(
                        url,
                        user,
                        RootKeyOptions.required(databasePassword, "--database-password-file")))),
            clock,
            new SecureRandom());
    say(outcome, wish, address);
    return 0;
  }

  private void say(NewNode.Outcome outcome, RootKeyWish wish, InetSocketAddress address) {
    PrintWriter out = output.out();
    String dir = directory.path().toString();
    out.println(
        switch (outcome) {
          case FOUNDED -> "A KMS was set up in " + dir + ".";
          case JOINED -> "A node was set up in " + dir + "; it joins the KMS in that database.";
        });
    out.println(RootKeyOptions.advice(wish, directory.path()));
    out.println();
    out.println("Next:");
    out.println("  keymoor kms run --dir " + dir);
    out.println("  keymoor kms client add vcenter --dir " + dir + " --certificate vcenter.pem");
    out.println();
    out.println(
        "Clients connect to "
            + host(address)
            + ", port "
            + address.getPort()
            + ", and trust "
            + directory.path().resolve("ca.pem")
            + ".");
    if (address.getAddress() != null && address.getAddress().isLoopbackAddress()) {
      out.println("That is this machine only; for others, init with --listen and --name.");
    }
  }

  private static String host(InetSocketAddress address) {
    return address.getHostString();
  }

  private static String hostName() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException nameless) {
      return "kms";
    }
  }
}
