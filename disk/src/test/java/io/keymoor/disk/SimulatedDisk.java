package io.keymoor.disk;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;

/**
 * An image in memory that remembers every write and every sync, so that a test can ask what would
 * have been on the disk had the power failed at any of them. It remembers a number that is kept
 * beside it, too, as a file of its own would. Thread-safe.
 */
public final class SimulatedDisk implements ImageStorage {
  private static final int SECTOR = 512;

  private final State initial;
  private final List<Event> events = new ArrayList<>();
  private final State now;

  /** What the first {@link #durable} events made; power failures are mostly asked for in order. */
  private State stable;

  private int durable;

  /** A disk that starts as these bytes. */
  public SimulatedDisk(byte[] initial) {
    this(new State(Pages.of(initial), OptionalLong.empty()));
  }

  private SimulatedDisk(State initial) {
    this.initial = initial;
    this.now = initial.copy();
    this.stable = initial.copy();
  }

  /** What is on a disk, and the note beside it. */
  private static final class State {
    private final Pages pages;
    private OptionalLong note;

    State(Pages pages, OptionalLong note) {
      this.pages = pages;
      this.note = note;
    }

    State copy() {
      return new State(pages.copy(), note);
    }

    void apply(Event event) {
      switch (event) {
        case Event.Write write -> pages.put(write.cut(), 0, write.cut().size());
        case Event.Length change -> pages.setLength((int) change.length());
        case Event.Sync sync -> {}
        case Event.Note kept -> note = kept.length();
      }
    }
  }

  /** What was done to the disk. */
  private sealed interface Event {
    record Write(Pages.Cut cut) implements Event {}

    record Length(long length) implements Event {}

    record Sync() implements Event {}

    /** Durable at once, as its contract has it. */
    record Note(OptionalLong length) implements Event {}
  }

  /** What becomes of the writes that were not synced when the power fails. */
  public enum Loss {
    /** The disk had them all. */
    NOTHING,
    /** None reached it. */
    EVERYTHING,
    /** Some did, whole or in part, in any order. */
    SOME
  }

  /** How many writes, syncs and other changes there were. */
  public synchronized int eventCount() {
    return events.size();
  }

  /** All of it. */
  public synchronized byte[] content() {
    byte[] content = new byte[now.pages.length()];
    now.pages.read(0, content, 0, content.length);
    return content;
  }

  /** Whether {@code other} holds the same bytes now, and as many. */
  public boolean holdsTheSameAs(SimulatedDisk other) {
    return snapshot().isSame(other.snapshot());
  }

  private synchronized Pages snapshot() {
    return now.pages.copy();
  }

  /** The disk after the power failed when {@code count} events had happened. */
  public synchronized SimulatedDisk afterPowerFailure(int count, Loss loss, Random random) {
    int synced = 0;
    for (int i = 0; i < count; i++) {
      synced = events.get(i) instanceof Event.Sync ? i : synced;
    }
    State left = stableAfter(synced).copy();
    List<Event> pending = events.subList(synced, count);
    if (loss != Loss.EVERYTHING) {
      for (Event event : pending) {
        if (loss == Loss.SOME && event instanceof Event.Write write) {
          applySome(left.pages, write.cut(), random);
        } else if (loss != Loss.SOME || random.nextInt(3) > 0) {
          left.apply(event);
        }
      }
    }
    for (Event event : pending) {
      if (event instanceof Event.Note) {
        left.apply(event);
      }
    }
    return new SimulatedDisk(left);
  }

  private State stableAfter(int count) {
    if (count < durable) {
      stable = initial.copy();
      durable = 0;
    }
    events.subList(durable, count).forEach(stable::apply);
    durable = count;
    return stable;
  }

  /** The numbers of the writes to the very start of the disk. */
  public synchronized List<Integer> writesAtTheStart() {
    List<Integer> found = new ArrayList<>();
    for (int i = 0; i < events.size(); i++) {
      if (events.get(i) instanceof Event.Write write && write.cut().position() == 0) {
        found.add(i);
      }
    }
    return found;
  }

  /** The disk after a power failure in which one write got as far as, or began at, a byte. */
  public synchronized SimulatedDisk afterTearing(int number, int at, boolean itsFront) {
    State left = afterPowerFailure(number, Loss.NOTHING, new Random(0)).now;
    if (events.get(number) instanceof Event.Write write) {
      left.pages.put(write.cut(), itsFront ? 0 : at, itsFront ? at : write.cut().size());
    }
    return new SimulatedDisk(left);
  }

  /** All of a write, none of it, a run of its bytes, or some of its sectors. */
  private static void applySome(Pages pages, Pages.Cut cut, Random random) {
    int size = cut.size();
    switch (random.nextInt(size == 0 ? 2 : 4)) {
      case 0 -> pages.put(cut, 0, size);
      case 1 -> {}
      case 2 -> {
        int from = random.nextInt(size);
        pages.put(cut, from, from + random.nextInt(size - from + 1));
      }
      default -> {
        for (int runs = 1 + random.nextInt(4); runs > 0; runs--) {
          int from = random.nextInt(size) / SECTOR * SECTOR;
          pages.put(cut, from, Math.min(size, from + SECTOR * (1 + random.nextInt(64))));
        }
      }
    }
  }

  @Override
  public String name() {
    return "simulated.img";
  }

  @Override
  public synchronized long length() {
    return now.pages.length();
  }

  @Override
  public synchronized long lengthNow() {
    return now.pages.length();
  }

  @Override
  public synchronized void read(long position, byte[] into, int offset, int count) {
    int from = (int) Math.clamp(position, 0L, now.pages.length());
    int present = Math.min(count, now.pages.length() - from);
    now.pages.read(from, into, offset, present);
    Arrays.fill(into, offset + present, offset + count, (byte) 0);
  }

  @Override
  public synchronized void write(long position, byte[] from, int offset, int count) {
    happen(new Event.Write(new Pages.Cut(Math.toIntExact(position), from, offset, count)));
  }

  @Override
  public synchronized void growTo(long newLength) {
    if (newLength > now.pages.length()) {
      happen(new Event.Length(newLength));
    }
  }

  @Override
  public synchronized void cutTo(long newLength) {
    if (newLength < now.pages.length()) {
      happen(new Event.Length(newLength));
    }
  }

  @Override
  public synchronized void sync() {
    happen(new Event.Sync());
  }

  @Override
  public void syncData() {
    sync();
  }

  /** Puts a number beside the disk, or takes it away; durable at once. */
  public synchronized void keep(OptionalLong number) {
    happen(new Event.Note(number));
  }

  private void happen(Event event) {
    events.add(event);
    now.apply(event);
  }

  /** The number beside the disk. */
  public synchronized OptionalLong kept() {
    return now.note;
  }

  @Override
  public void close() {}
}
