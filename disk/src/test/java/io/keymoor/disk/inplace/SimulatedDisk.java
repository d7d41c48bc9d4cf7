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
  private final byte[] initial;
  private final List<Event> events = new ArrayList<>();
  private byte[] bytes;
  private int length;
  private OptionalLong note = OptionalLong.empty();
  private OptionalLong noteBefore = OptionalLong.empty();

  SimulatedDisk(byte[] initial) {
    this.initial = initial.clone();
    this.bytes = initial.clone();
    this.length = initial.length;
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
    return Arrays.copyOf(bytes, length);
  }

  /** The disk after the power failed when {@code count} events had happened. */
  synchronized SimulatedDisk afterPowerFailure(int count, Loss loss, Random random) {
    int durable = 0;
    for (int i = 0; i < count; i++) {
      durable = events.get(i) instanceof Event.Sync ? i : durable;
    }
    SimulatedDisk disk = new SimulatedDisk(initial);
    disk.note = noteBefore;
    events.subList(0, durable).forEach(disk::apply);
    if (loss != Loss.EVERYTHING) {
      for (Event event : events.subList(durable, count)) {
        disk.apply(loss == Loss.SOME ? damaged(event, random) : event);
      }
    }
    for (Event event : events.subList(durable, count)) {
      if (event instanceof Event.Note) {
        disk.apply(event);
      }
    }
    SimulatedDisk left = new SimulatedDisk(disk.content());
    left.note = disk.note;
    left.noteBefore = disk.note;
    return left;
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

  private void apply(Event event) {
    switch (event) {
      case Event.Write write -> put(write.position(), write.data());
      case Event.Length change -> setLength(change.length());
      case Event.Sync sync -> {}
      case Event.Note kept -> note = kept.length();
    }
  }

  private void put(long position, byte[] data) {
    if (data.length > 0) {
      if (position + data.length > length) {
        setLength(position + data.length);
      }
      System.arraycopy(data, 0, bytes, (int) position, data.length);
    }
  }

  private void setLength(long newLength) {
    if (newLength > bytes.length) {
      bytes = Arrays.copyOf(bytes, (int) newLength + 1024 * 1024);
    }
    if (newLength < length) {
      Arrays.fill(bytes, (int) newLength, length, (byte) 0);
    }
    length = (int) newLength;
  }

  @Override
  public String name() {
    return "simulated.img";
  }

  @Override
  public synchronized long length() {
    return length;
  }

  @Override
  public synchronized long lengthNow() {
    return length;
  }

  @Override
  public synchronized void read(long position, byte[] into, int offset, int count) {
    int from = (int) Math.clamp(position, 0L, length);
    int present = Math.min(count, length - from);
    System.arraycopy(bytes, from, into, offset, present);
    Arrays.fill(into, offset + present, offset + count, (byte) 0);
  }

  @Override
  public synchronized void write(long position, byte[] from, int offset, int count) {
    byte[] data = Arrays.copyOfRange(from, offset, offset + count);
    events.add(new Event.Write(position, data));
    put(position, data);
  }

  @Override
  public synchronized void growTo(long newLength) {
    if (newLength > length) {
      events.add(new Event.Length(newLength));
      setLength(newLength);
    }
  }

  @Override
  public synchronized void cutTo(long newLength) {
    if (newLength < length) {
      events.add(new Event.Length(newLength));
      setLength(newLength);
    }
  }

  @Override
  public synchronized void sync() {
    events.add(new Event.Sync());
  }

  @Override
  public void syncData() {
    sync();
  }

  @Override
  public synchronized void keep(long oldLength) {
    setNote(OptionalLong.of(oldLength));
  }

  private void setNote(OptionalLong newNote) {
    events.add(new Event.Note(newNote));
    note = newNote;
  }

  @Override
  public synchronized OptionalLong kept() {
    return note;
  }

  @Override
  public synchronized void drop() {
    setNote(OptionalLong.empty());
  }

  @Override
  public void close() {}
}
