package io.keymoor.manager.benchmark;

import io.keymoor.manager.testing.BusyHost;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What something cost. Where others use the processors too, processor times tell more than seconds.
 *
 * @param seconds by the clock
 * @param here processor time of this process without the hosts: client, manager, KMS, compiler,
 *     collector
 * @param hosts processor time of the hosts' threads
 * @param postgres processor time of the databases' processes that still run
 */
record Spent(double seconds, double here, double hosts, double postgres) {
  /** So deep lie the files by which servers say that they run; what is deeper comes and goes. */
  private static final int DEPTH = 4;

  /** Does it, with databases below {@code directory} and hosts in this process. */
  static Spent on(Runnable what, Path directory, List<BusyHost> hosts) {
    List<ProcessHandle> servers = servers(directory);
    Spent before = now(servers, hosts);
    what.run();
    Spent after = now(servers, hosts);
    return new Spent(
        after.seconds - before.seconds,
        after.here - before.here,
        after.hosts - before.hosts,
        after.postgres - before.postgres);
  }

  private static Spent now(List<ProcessHandle> servers, List<BusyHost> busy) {
    double postgres =
        servers.stream()
            .flatMap(server -> Stream.concat(Stream.of(server), server.children()))
            .mapToDouble(Spent::processor)
            .sum();
    double hosts = busy.stream().mapToDouble(host -> host.processor().toNanos() / 1e9).sum();
    double here = processor(ProcessHandle.current()) - hosts;
    return new Spent(System.nanoTime() / 1e9, here, hosts, postgres);
  }

  private static double processor(ProcessHandle process) {
    return process.info().totalCpuDuration().orElse(Duration.ZERO).toNanos() / 1e9;
  }

  private static List<ProcessHandle> servers(Path directory) {
    try (Stream<Path> files = Files.walk(directory, DEPTH)) {
      return files
          .filter(file -> file.endsWith("postmaster.pid"))
          .map(Spent::server)
          .flatMap(Optional::stream)
          .toList();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private static Optional<ProcessHandle> server(Path file) {
    try {
      return ProcessHandle.of(Long.parseLong(Files.readAllLines(file).getFirst().strip()));
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** Processor time without the hosts': what remains for the manager where hosts are elsewhere. */
  double processor() {
    return here + postgres;
  }

  /** So many a second if all processors did nothing else and nobody ever waited. */
  double mostPerSecond(long objects) {
    return (double) objects * Runtime.getRuntime().availableProcessors() / processor();
  }

  /** As much again, so many times. */
  Spent times(double factor) {
    return new Spent(seconds * factor, here * factor, hosts * factor, postgres * factor);
  }

  /** The one of the two that took less time by the clock. */
  Spent orLess(Spent other) {
    return other.seconds < seconds ? other : this;
  }

  /** A row of a table: what, its times, and both beside something else's. */
  String row(String what, Spent beside) {
    return String.format(
        Locale.ROOT,
        "| %s | %.2f s | %.2f | %.2f s + %.2f s | %.2f | %.2f s |",
        what,
        seconds,
        seconds / beside.seconds,
        here,
        postgres,
        processor() / beside.processor(),
        hosts);
  }
}
