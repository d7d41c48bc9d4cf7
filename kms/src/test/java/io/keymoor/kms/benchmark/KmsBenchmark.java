package io.keymoor.kms.benchmark;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.keymoor.crypto.TlsIdentity;
import io.keymoor.crypto.X25519Provider;
import io.keymoor.kmip.attribute.Attribute;
import io.keymoor.kmip.codec.ProtocolVersion;
import io.keymoor.kmip.message.Messages;
import io.keymoor.kmip.message.RequestMessage;
import io.keymoor.kmip.operation.Request;
import io.keymoor.kms.lab.ForeignKms;
import io.keymoor.kms.testing.Requests;
import io.keymoor.kms.testing.TestCluster;
import io.keymoor.kms.testing.TestConnection;
import io.keymoor.ttlv.Encoding;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * The KMS beside Debian's PyKMIP, on the same machine in the same run, driven by the same client
 * over mutual TLS with the same certificates' kind. Each server is a process of its own. The client
 * resumes TLS sessions wherever the server lets it.
 *
 * <p>Arguments: an empty directory, and {@code large} to also store 100,000 objects.
 */
final class KmsBenchmark {
  private static final ProtocolVersion V = ProtocolVersion.V1_2;

  private KmsBenchmark() {}

  public static void main(String[] arguments) throws Exception {
    // The client, of both servers: the less it takes itself, the more of the time is the server's.
    X25519Provider.install();
    Path directory = Path.of(arguments[0]).toAbsolutePath();
    System.out.println("| measured | Keymoor KMS | PyKMIP | ratio |");
    System.out.println("|---|---|---|---|");
    double[] python = python(directory);
    double[] ours = ours(directory, arguments.length > 1);
    String[] names = {
      "Get, 1 connection",
      "Get, 8 connections",
      "Create, 8 connections",
      "new connection, Get, close; one after another"
    };
    for (int i = 0; i < names.length; i++) {
      System.out.printf(
          "| %s | %.0f/s | %.0f/s | %.1f |%n", names[i], ours[i], python[i], ours[i] / python[i]);
    }
  }

  private static double[] ours(Path directory, boolean large) throws Exception {
    TlsIdentity client;
    try (TestCluster cluster = TestCluster.embedded(directory)) {
      cluster.settings("node");
      client = cluster.register("client");
    }
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("--enable-native-access=ALL-UNNAMED");
    command.addAll(List.of(System.getProperty("keymoor.kms.flags", "-Xmx160m").split(" ")));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(
        List.of("io.keymoor.kms.KmsMain", "run", "--dir", directory.resolve("node").toString()));
    Process server =
        new ProcessBuilder(command).redirectError(directory.resolve("node.log").toFile()).start();
    try {
      String line =
          String.valueOf(
              new BufferedReader(new InputStreamReader(server.getInputStream(), UTF_8)).readLine());
      String port = line.replaceAll("^Serving KMIP on 127.0.0.1:([0-9]+);.*", "$1");
      InetSocketAddress address =
          new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(port));
      double[] results = measure(address, client);
      memory(server, "after the load above");
      if (large) {
        locate(address, client);
        memory(server, "with 100,000 objects");
      }
      return results;
    } finally {
      server.destroy();
      server.waitFor(60, TimeUnit.SECONDS);
    }
  }

  private static double[] python(Path directory) {
    try (ForeignKms foreign = ForeignKms.started(directory)) {
      return measure(foreign.address(), foreign.newIdentity("client"));
    }
  }

  private static double[] measure(InetSocketAddress address, TlsIdentity client) {
    String id;
    try (TestConnection connection = TestConnection.open(address, client)) {
      id = connection.perform(V, Requests.createKey()).uniqueIdentifier();
      connection.perform(V, Requests.get(id)).managedObject().close();
    }
    byte[] get = bytes(Requests.get(id));
    byte[] create = bytes(Requests.createKey());
    return new double[] {
      Load.perSecond(1, repeated(address, client, get)),
      Load.perSecond(8, repeated(address, client, get)),
      Load.perSecond(8, repeated(address, client, create)),
      Load.perSecond(
          1,
          () ->
              () -> {
                try (TestConnection connection = TestConnection.open(address, client)) {
                  connection.exchange(get);
                }
              })
    };
  }

  private static Supplier<Load.Step> repeated(
      InetSocketAddress address, TlsIdentity client, byte[] request) {
    return () -> {
      TestConnection connection = TestConnection.open(address, client);
      return new Load.Step() {
        @Override
        public void run() {
          connection.exchange(request);
        }

        @Override
        public void close() {
          connection.close();
        }
      };
    };
  }

  private static void locate(InetSocketAddress address, TlsIdentity client)
      throws InterruptedException {
    AtomicInteger next = new AtomicInteger();
    Thread[] writers = new Thread[16];
    for (int i = 0; i < writers.length; i++) {
      writers[i] =
          Thread.ofPlatform()
              .start(() -> {
                try (TestConnection connection = TestConnection.open(address, client)) {
                  int number = next.getAndIncrement();
                  while (number < 100_000) {
                    connection.exchange(
                        bytes(
                            Requests.createKey(
                                Requests.name("key " + number),
                                Attribute.custom("x-Number", "number " + number))));
                    number = next.getAndIncrement();
                  }
                }
              });
    }
    for (Thread writer : writers) {
      writer.join();
    }
    byte[] byName = bytes(Requests.locate(Requests.name("key 77777")));
    byte[] byCustom = bytes(Requests.locate(Attribute.custom("x-Number", "number 77777")));
    System.out.printf(
        "Locate among 100,000 objects: by name %.2f ms, by custom attribute %.2f ms%n",
        1000 / Load.perSecond(1, repeated(address, client, byName)),
        1000 / Load.perSecond(1, repeated(address, client, byCustom)));
  }

  private static void memory(Process server, String when) throws IOException {
    String status = Files.readString(Path.of("/proc/" + server.pid() + "/status"));
    String resident =
        status.lines().filter(it -> it.startsWith("VmRSS")).findFirst().orElse("VmRSS unknown");
    System.out.println(
        "Memory of the server's JVM " + when + ": " + resident.replaceAll("\\s+", " "));
  }

  private static byte[] bytes(Request<?> request) {
    return Messages.encode(Encoding.BINARY, RequestMessage.of(V, request));
  }
}
