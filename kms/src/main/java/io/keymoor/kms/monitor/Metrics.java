package io.keymoor.kms.monitor;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.DoubleSupplier;

/**
 * Counters, gauges and times of one node, written in the Prometheus text format (version 0.0.4).
 *
 * <p>Thread-safe; counting takes no lock.
 */
public final class Metrics {
  private static final double[] SECONDS = {
    0.0001, 0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5
  };

  private final Map<String, Family> families = new ConcurrentSkipListMap<>();

  private record Family(String help, String type, Map<String, Sample> samples) {}

  /** One line, or several, of the text. */
  public sealed interface Sample {}

  /** A number that only grows. */
  public static final class Counter implements Sample {
    private final LongAdder value = new LongAdder();

    private Counter() {}

    public void increment() {
      value.increment();
    }

    public long value() {
      return value.sum();
    }
  }

  private record Gauge(DoubleSupplier value) implements Sample {}

  /** How long something took, in buckets. */
  public static final class Times implements Sample {
    private final LongAdder[] buckets = new LongAdder[SECONDS.length + 1];
    private final LongAdder nanoseconds = new LongAdder();

    private Times() {
      for (int i = 0; i < buckets.length; i++) {
        buckets[i] = new LongAdder();
      }
    }

    public void record(long elapsedNanoseconds) {
      int bucket = 0;
      while (bucket < SECONDS.length && elapsedNanoseconds > SECONDS[bucket] * 1e9) {
        bucket++;
      }
      buckets[bucket].increment();
      nanoseconds.add(elapsedNanoseconds);
    }
  }

  /** The counter of that name; {@code labels} such as {@code operation="Get"}, or empty. */
  public Counter counter(String name, String help, String labels) {
    return (Counter)
        family(name, help, "counter").samples().computeIfAbsent(labels, _ -> new Counter());
  }

  /** A value that is asked for when somebody looks. */
  public void gauge(String name, String help, DoubleSupplier value) {
    family(name, help, "gauge").samples().put("", new Gauge(value));
  }

  /** The times of that name and labels. */
  public Times times(String name, String help, String labels) {
    return (Times)
        family(name, help, "histogram").samples().computeIfAbsent(labels, _ -> new Times());
  }

  private Family family(String name, String help, String type) {
    return families.computeIfAbsent(name, _ -> new Family(help, type, new ConcurrentHashMap<>()));
  }

  /** Everything, as Prometheus reads it. */
  public String text() {
    List<String> lines = new ArrayList<>();
    families.forEach((name, family) -> {
      lines.add("# HELP " + name + " " + family.help());
      lines.add("# TYPE " + name + " " + family.type());
      family.samples().forEach((labels, sample) -> lines(lines, name, labels, sample));
    });
    return String.join("\n", lines) + "\n";
  }

  private static void lines(List<String> lines, String name, String labels, Sample sample) {
    switch (sample) {
      case Counter counter -> lines.add(name + braces(labels) + " " + counter.value());
      case Gauge gauge -> lines.add(name + braces(labels) + " " + gauge.value().getAsDouble());
      case Times times -> lines(lines, name, labels, times);
    }
  }

  private static void lines(List<String> lines, String name, String labels, Times times) {
    String before = labels.isEmpty() ? "" : labels + ",";
    long count = 0;
    for (int i = 0; i < times.buckets.length; i++) {
      count += times.buckets[i].sum();
      String bound = i < SECONDS.length ? Double.toString(SECONDS[i]) : "+Inf";
      lines.add(name + "_bucket{" + before + "le=\"" + bound + "\"} " + count);
    }
    lines.add(name + "_sum" + braces(labels) + " " + times.nanoseconds.sum() / 1e9);
    lines.add(name + "_count" + braces(labels) + " " + count);
  }

  private static String braces(String labels) {
    return labels.isEmpty() ? "" : "{" + labels + "}";
  }
}
