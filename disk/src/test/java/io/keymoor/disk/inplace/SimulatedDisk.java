package io.keymoor.disk.inplace;

import io.keymoor.disk.ImageStorage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;

/**
 * An image in memory that remembers every write and every sync, so that a test can ask what would
 * have been on the disk had the power failed at any of them.
 */
final class SimulatedDisk implements ImageStorage, LengthNote {
  private final State initial;
  private final List<Event> events = new ArrayList<>();
  private final State now;

  /** What the first {@link #durable} events made; power failures are mostly asked for in order. */
  private State stable;

  private int durable;

  SimulatedDisk(byte[] initial) {
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
        case Event.Write write -> pages.write((int) write.position(), write.data());
        case Event.Length change -> pages.setLength((int) change.length());
        case Event.Sync sync -> {}
        case Event.Note kept -> note = kept.length();
      }
    }
  }

  /** What was done to the disk. */
  private sealed interface Event {
    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    record Write(long position, byte[] data) implements Event {}

    record Length(long length) implements Event {}

    record Sync() implements Event {}

    /** Durable at once, as its contract has it. */
    record Note(OptionalLong length) implements Event {}
  }

  /** What becomes of the writes that were not synced when the power fails. */
  enum Loss {
    /** The disk had them all. */
    NOTHING,
    /** None reached it. */
    EVERYTHING,
    /** Some did, whole or in part, in any order. */
    SOME
  }

  synchronized int eventCount() {
    return events.size();
  }

  synchronized byte[] content() {
    byte[] content = new byte[now.pages.length()];
    now.pages.read(0, content, 0, content.length);
    return content;
  }

  /** The disk after the power failed when {@code count} events had happened. */
  synchronized SimulatedDisk afterPowerFailure(int count, Loss loss, Random random) {
    int synced = 0;
    for (int i = 0; i < count; i++) {
      synced = events.get(i) instanceof Event.Sync ? i : synced;
    }
    State left = stableAfter(synced).copy();
    List<Event> pending = events.subList(synced, count);
    if (loss != Loss.EVERYTHING) {
      for (Event event : pending) {
        left.apply(loss == Loss.SOME ? damaged(event, random) : event);
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
  synchronized List<Integer> writesAtTheStart() {
    List<Integer> found = new ArrayList<>();
    for (int i = 0; i < events.size(); i++) {
      if (events.get(i) instanceof Event.Write write && write.position() == 0) {
        found.add(i);
      }
    }
    return found;
  }

  /** The disk after a power failure in which one write got as far as, or began at, a byte. */
  synchronized SimulatedDisk afterTearing(int number, int at, boolean itsFront) {
    SimulatedDisk left = afterPowerFailure(number, Loss.NOTHING, new Random(0));
    if (events.get(number) instanceof Event.Write write) {
      int from = itsFront ? 0 : at;
      int to = itsFront ? at : write.data().length;
      left.write(write.position() + from, write.data(), from, to - from);
    }
    return left;
  }

  /** All of it, none of it, or some of its bytes: a run, or some of its sectors. */
  private static Event damaged(Event event, Random random) {
    if (!(event instanceof Event.Write write) || random.nextInt(4) == 0) {
      return random.nextInt(3) == 0 ? new Event.Sync() : event;
    }
    int size = write.data().length;
    if (size == 0 || random.nextInt(3) == 0) {
      return new Event.Sync();
    }
    int from = random.nextInt(size);
    int to = from + random.nextInt(size - from + 1);
    return new Event.Write(write.position() + from, Arrays.copyOfRange(write.data(), from, to));
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
    happen(new Event.Write(position, Arrays.copyOfRange(from, offset, offset + count)));
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

  @Override
  public synchronized void keep(long oldLength) {
    happen(new Event.Note(OptionalLong.of(oldLength)));
  }

  private void happen(Event event) {
    events.add(event);
    now.apply(event);
  }

  @Override
  public synchronized OptionalLong kept() {
    return now.note;
  }

  @Override
  public synchronized void drop() {
    happen(new Event.Note(OptionalLong.empty()));
  }

  @Override
  public void close() {}
}
