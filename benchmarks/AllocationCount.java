package io.keymoor.benchmark;

import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import javax.management.JMException;
import javax.management.ObjectName;

/**
 * Counts the objects that one decoding or encoding of {@link CodecBenchmark} makes, by class. The
 * JVM runs without a garbage collector (Epsilon), so every object made is still in the heap's
 * histogram; the difference over 100,000 operations in compiled code is exact. With {@code -Xint} it
 * counts what the source says, before the compiler leaves objects out.
 */
public final class AllocationCount {
  private static final int WARM_UP = 60_000;
  private static final int COUNTED = 100_000;

  private AllocationCount() {}

  public static void main(String[] arguments) throws JMException {
    boolean interpreted =
        ManagementFactory.getRuntimeMXBean().getInputArguments().contains("-Xint");
    CodecBenchmark codec = new CodecBenchmark();
    Map<String, Runnable> work = new LinkedHashMap<>();
    work.put("decode Create request", codec::decodeCreate);
    work.put("encode Create request", codec::encodeCreate);
    work.put("decode Get response", codec::decodeGetResponse);
    work.put("encode Get response", codec::encodeGetResponse);
    boolean byClass = arguments.length > 0;
    for (Map.Entry<String, Runnable> one : work.entrySet()) {
      repeat(one.getValue(), interpreted ? 100 : WARM_UP);
      Map<String, Long> before = histogram();
      int counted = interpreted ? COUNTED / 3 : COUNTED;
      repeat(one.getValue(), counted);
      Map<String, Long> made = new HashMap<>();
      histogram()
          .forEach((type, count) -> {
            double each = (double) (count - before.getOrDefault(type, 0L)) / counted;
            if (each >= 0.5) {
              made.put(type, Math.round(each));
            }
          });
      long all = made.values().stream().mapToLong(Long::longValue).sum();
      System.out.println("| " + one.getKey() + " | " + all + " |" + (byClass ? " " + made : ""));
    }
  }

  private static void repeat(Runnable work, int times) {
    for (int i = 0; i < times; i++) {
      work.run();
    }
  }

  private static Map<String, Long> histogram() throws JMException {
    String text =
        (String)
            ManagementFactory.getPlatformMBeanServer()
                .invoke(
                    new ObjectName("com.sun.management:type=DiagnosticCommand"),
                    "gcClassHistogram",
                    new Object[] {new String[] {"-all"}},
                    new String[] {String[].class.getName()});
    Map<String, Long> counts = new HashMap<>();
    // "  12:    4034    129088  java.lang.String (java.base@25)"
    Arrays.stream(text.split("\n"))
        .map(String::strip)
        .filter(line -> line.matches("[0-9]+:.*"))
        .map(line -> line.split("\\s+"))
        .forEach(words -> counts.merge(words[3], Long.valueOf(words[1]), Long::sum));
    return Optional.of(counts).filter(all -> !all.isEmpty()).orElseThrow();
  }
}
