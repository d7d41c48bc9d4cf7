package io.keymoor.kms.command;

import io.keymoor.kms.node.KmsNode;
import io.keymoor.kms.node.NodeSettings;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Serves until it is told to stop. */
@Command(name = "run", description = "Serve KMIP.", mixinStandardHelpOptions = true)
final class RunCommand implements Callable<Integer> {
  private final Output output;
  private final InstantSource clock;
  @Mixin private DirectoryOption directory = new DirectoryOption();

  RunCommand(Output output, InstantSource clock) {
    this.output = output;
    this.clock = clock;
  }

  @Override
  public Integer call() throws InterruptedException {
    NodeSettings settings = directory.settings();
    KmsNode node = KmsNode.start(settings, clock, new SecureRandom());
    CountDownLatch stopped = new CountDownLatch(1);
    Runtime.getRuntime()
        .addShutdownHook(
            Thread.ofPlatform()
                .name("kms-stop")
                .unstarted(() -> {
                  node.close();
                  stopped.countDown();
                }));
    output
        .out()
        .println(
            "Serving KMIP on "
                + settings.listen().getHostString()
                + ":"
                + node.kmip().getPort()
                + "; metrics and health on http://"
                + settings.monitor().getHostString()
                + ":"
                + node.monitor().getPort()
                + "/metrics and /health.");
    output
        .out()
        .println("Let clients in with: keymoor kms client add NAME --dir " + directory.path());
    stopped.await();
    return 0;
  }
}
