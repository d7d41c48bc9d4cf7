package io.keymoor.benchmark;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The processor time of one decoding or encoding of {@link CodecBenchmark}, the best of five rounds
 * of 500,000: unlike the clock's time it means something on a machine with other work to do.
 */
public final class ProcessorTime {
  private static final int ROUNDS = 5;
  private static final int TIMES = 500_000;

  private ProcessorTime() {}

  public static void main(String[] arguments) {
    CodecBenchmark codec = new CodecBenchmark();
    Map<String, Runnable> work = new LinkedHashMap<>();
    work.put("decode Create request", codec::decodeCreate);
    work.put("encode Create request", codec::encodeCreate);
    work.put("decode Get response", codec::decodeGetResponse);
    work.put("encode Get response", codec::encodeGetResponse);
    work.forEach((name, one) -> {
      double best = Double.MAX_VALUE;
      for (int round = 0; round < ROUNDS; round++) {
        best = Math.min(best, nanoseconds(one));
      }
      System.out.printf("| %s | %.0f ns |%n", name, best);
    });
  }

  private static double nanoseconds(Runnable work) {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    long started = threads.getCurrentThreadCpuTime();
    for (int i = 0; i < TIMES; i++) {
      work.run();
    }
    return (threads.getCurrentThreadCpuTime() - started) / (double) TIMES;
  }
}
