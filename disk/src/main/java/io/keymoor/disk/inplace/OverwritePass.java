package io.keymoor.disk.inplace;

import io.keymoor.disk.ImageStorage;
import io.keymoor.disk.qcow2.Anatomy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Overwrites the data clusters of a qcow2 file where they are, a stride at a time.
 *
 * <p>Sync points. A stride is written to a slot of the journal, synced, and only then written over
 * its clusters; the sync that makes the next slot durable makes that durable, too. The slot after
 * that takes the place of the first, whose clusters are on stable storage then. So whatever is torn
 * can be written again from one of two slots.
 *
 * <p>Three strides are on their way at a time: one is written over its clusters, the next to its
 * slot, both by the caller of {@link #run}, and meanwhile the crew reads and converts a third.
 */
final class OverwritePass {
  private static final int STRIDES_ON_THEIR_WAY = 3;

  private final ImageStorage image;
  private final Anatomy anatomy;
  private final int clusterBytes;
  private final int stride;
  private final Direction direction;
  private final Conversion.Crew crew;
  private final byte[] zeros;

  /** In turn for the strides that are on their way. */
  private final List<Buffers> buffers;

  private int turn;

  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  private record Buffers(byte[] saved, byte[] made) {
    static Buffers of(int size, boolean different) {
      byte[] made = new byte[size];
      return new Buffers(different ? new byte[size] : made, made);
    }
  }

  /**
   * Which way it goes.
   *
   * @param origin reads the clusters as they are
   * @param destination what they become
   * @param savesOrigin whether they lie in the journal as they are, else as they become: in that of
   *     the two which is not in clear
   * @param scrub whether clusters that nobody reads are filled with zeros on the way
   */
  record Direction(
      boolean up,
      SectorCipher origin,
      SectorCipher destination,
      boolean savesOrigin,
      boolean scrub) {}

  /**
   * A range that is ready to be written; {@code saved} is for the journal. Of both arrays, which
   * may be the same, only the first {@link ClusterRuns#bytes} bytes count.
   */
  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  record Stride(ClusterRuns range, byte[] saved, byte[] made) {}

  OverwritePass(
      ImageStorage image,
      Anatomy anatomy,
      int clusterBytes,
      int stride,
      Direction direction,
      Conversion.Crew crew) {
    this.image = image;
    this.anatomy = anatomy;
    this.clusterBytes = clusterBytes;
    this.stride = stride;
    this.direction = direction;
    this.crew = crew;
    this.zeros = new byte[clusterBytes];
    this.buffers =
        Stream.generate(() -> Buffers.of(stride, direction.savesOrigin()))
            .limit(STRIDES_ON_THEIR_WAY)
            .toList();
  }

  /**
   * Overwrites everything from the watermark to the end, or to the start, and returns once it is
   * durable. Whatever this throws, the two slots make the clusters whole.
   */
  void run(long watermark, Consumer<Stride> record) {
    Optional<Stride> recorded = Optional.empty();
    try {
      Preparation next = begin(watermark);
      while (!next.range().isEmpty()) {
        Stride current = next.finished();
        crew.pace().stopIfCancelled();
        next = begin(direction.up() ? current.range().after() : current.range().first());
        try {
          recorded.ifPresent(this::overwriteOnceDurable);
          record.accept(current);
          crew.background().submit(image::syncData);
        } finally {
          next.settle();
        }
        recorded = Optional.of(current);
      }
      recorded.ifPresent(this::overwriteOnceDurable);
    } finally {
      crew.background().awaitAtMost(0);
    }
    image.syncData();
  }

  private void overwriteOnceDurable(Stride recorded) {
    crew.background().awaitAtMost(0);
    overwrite(recorded);
    crew.pace().advance(recorded.range().bytes());
  }

  /** A stride that others are converting. */
  private record Preparation(
      ClusterRuns range, Buffers into, List<CompletableFuture<Void>> running) {
    /** Waits; throws what one of them threw. */
    Stride finished() {
      settle();
      running.forEach(Passage::await);
      return new Stride(range, into.saved(), into.made());
    }

    /** Returns when nobody works on it any more, however that ended. */
    void settle() {
      CompletableFuture.allOf(running.toArray(CompletableFuture[]::new))
          .exceptionally(failed -> null)
          .join();
    }
  }

  private Preparation begin(long watermark) {
    ClusterRuns range =
        direction.up()
            ? ClusterRuns.upFrom(watermark, anatomy, clusterBytes, stride)
            : ClusterRuns.downFrom(watermark, anatomy, clusterBytes, stride);
    Buffers into = buffers.get(turn);
    turn = (turn + 1) % STRIDES_ON_THEIR_WAY;
    AtomicInteger cursor = new AtomicInteger();
    List<CompletableFuture<Void>> running = new ArrayList<>();
    for (int i = 0; i < Math.min(crew.workers().count(), range.data().size()); i++) {
      running.add(
          CompletableFuture.runAsync(
              () -> convert(range.data(), cursor, into), crew.workers().executor()));
    }
    return new Preparation(range, into, running);
  }

  private void convert(List<ClusterRuns.Run> runs, AtomicInteger cursor, Buffers into) {
    for (int i = cursor.getAndIncrement(); i < runs.size(); i = cursor.getAndIncrement()) {
      ClusterRuns.Run run = runs.get(i);
      image.read(run.offset(), into.made(), run.at(), run.length());
      if (direction.savesOrigin()) {
        System.arraycopy(into.made(), run.at(), into.saved(), run.at(), run.length());
      }
      direction.origin().decrypt(run.offset(), into.made(), run.at(), run.length());
      direction.destination().encrypt(run.offset(), into.made(), run.at(), run.length());
    }
  }

  /** Writes a stride, which the journal holds, over its clusters. */
  void overwrite(Stride ready) {
    for (ClusterRuns.Run run : ready.range().data()) {
      image.write(run.offset(), ready.made(), run.at(), run.length());
    }
    if (direction.scrub()) {
      for (long at = ready.range().first(); at < ready.range().after(); at++) {
        scrub(at);
      }
    }
  }

  /** What a guest has given back, or deleted with a snapshot, is still there in clear. */
  private void scrub(long cluster) {
    if (anatomy.isWorthless(cluster)) {
      byte[] present = new byte[clusterBytes];
      image.read(cluster * clusterBytes, present, 0, clusterBytes);
      if (!Arrays.equals(present, zeros)) {
        image.write(cluster * clusterBytes, zeros, 0, clusterBytes);
      }
    }
  }

  /** A stride again as the journal has it. */
  Stride again(ClusterRuns range, byte[] saved) {
    byte[] made = saved.clone();
    if (direction.savesOrigin()) {
      for (ClusterRuns.Run run : range.data()) {
        direction.origin().decrypt(run.offset(), made, run.at(), run.length());
        direction.destination().encrypt(run.offset(), made, run.at(), run.length());
      }
    }
    return new Stride(range, saved, made);
  }
}
