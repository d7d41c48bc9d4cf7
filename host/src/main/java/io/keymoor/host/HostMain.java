package io.keymoor.host;

import io.keymoor.host.config.ConfigurationException;
import io.keymoor.host.config.Enrolment;
import io.keymoor.host.config.HostDirectory;
import io.keymoor.host.link.LinkTiming;
import io.keymoor.secret.SystemMemory;
import java.io.PrintStream;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.concurrent.CountDownLatch;

/**
 * {@code keymoor host init} and {@code keymoor host run}.
 *
 * <p>Exit status 0: done, or stopped by SIGTERM; 1: refused, with the reason on standard error; 2:
 * the command line makes no sense. An agent prints one line to standard output when it is ready and
 * logs to standard error.
 */
public final class HostMain {
  private static final int DONE = 0;
  private static final int REFUSED = 1;
  private static final int WRONG_USAGE = 2;

  private HostMain() {}

  /** Runs the command in {@code arguments}. */
  public static void main(String[] arguments) {
    if (System.getProperty("logback.configurationFile") == null) {
      System.setProperty("logback.configurationFile", "keymoor-host-logback.xml");
    }
    SystemMemory.forbidCoreDumps();
    System.exit(execute(System.out, System.err, arguments));
  }

  static int execute(PrintStream out, PrintStream err, String... arguments) {
    try {
      return switch (HostArguments.parse(arguments)) {
        case HostArguments.Init init -> initialise(init, out);
        case HostArguments.Run run -> run(run, out);
        case HostArguments.Help help -> say(out, HostArguments.USAGE, DONE);
        case HostArguments.Wrong wrong ->
            say(err, "keymoor host: " + wrong.reason() + ".\n" + HostArguments.USAGE, WRONG_USAGE);
      };
    } catch (ConfigurationException refused) {
      return say(err, "keymoor host: " + refused.getMessage() + "\n", REFUSED);
    }
  }

  private static int say(PrintStream to, String text, int status) {
    to.print(text);
    to.flush();
    return status;
  }

  private static int initialise(HostArguments.Init init, PrintStream out) {
    HostDirectory directory = new HostDirectory(init.directory().toAbsolutePath().normalize());
    Path request =
        Enrolment.initialise(directory, init.name(), init.libvirtUri(), new SecureRandom());
    return say(
        out,
        "Host \""
            + init.name()
            + "\" made in "
            + directory.path()
            + ". Enrol it on the manager: keymoor host add "
            + request
            + " --cluster CLUSTER --out host-grant.json\n",
        DONE);
  }

  private static int run(HostArguments.Run run, PrintStream out) {
    HostDirectory directory = new HostDirectory(run.directory().toAbsolutePath().normalize());
    Agent agent = Agent.start(directory, new LibvirtSide(directory, run), LinkTiming.usual());
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  agent.close();
                  // Asked to stop and stopped: that is no failure, whatever the signal's number.
                  Runtime.getRuntime().halt(DONE);
                },
                "stop"));
    say(out, agent.description() + "\n", DONE);
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException ended) {
      Thread.currentThread().interrupt();
    }
    return DONE;
  }
}
