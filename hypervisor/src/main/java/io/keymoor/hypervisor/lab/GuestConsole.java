package io.keymoor.hypervisor.lab;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Questions to a test guest over its serial line.
 *
 * <p>It connects when asked and again when the guest was restarted, and waits for a guest that
 * boots. One question at a time; thread-safe.
 */
public final class GuestConsole implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final Duration REPEAT = Duration.ofSeconds(2);
  private static final Duration RETRY = Duration.ofMillis(100);
  private static final int BLOCK_BYTES = 65536;

  /** What guest-init.sh says once. */
  private static final String READY = "@ready";

  private static final Pattern PONG = Pattern.compile("@([0-9]{1,18}) ok pong");

  private final Path socket;
  private @Nullable SerialLine line;
  private long questions;

  GuestConsole(Path socket) {
    this.socket = socket;
  }

  /**
   * What the guest sees of its disk.
   *
   * @param bytes its size
   * @param firstSectorSha256 SHA-256 of the first 512 bytes, lower-case hex
   */
  public record DiskView(long bytes, String firstSectorSha256) {}

  /** The guest said that it can't, or said nothing in time. */
  public static final class GuestFailed extends RuntimeException {
    private static final long serialVersionUID = 1L;

    GuestFailed(String message) {
      super(message);
    }
  }

  /** Waits until the guest is up. */
  public void waitForBoot(Duration patience) {
    ask("ping", patience);
  }

  /** Size and first sector of its disk, of whatever origin. */
  public DiskView disk() {
    String[] answer = ask("disk").split(" ", 2);
    return new DiskView(Long.parseLong(answer[0]), answer[1]);
  }

  /** The marker that {@link GuestImage#makeDisk} wrote. */
  public String readMarker() {
    return ask("marker");
  }

  /**
   * Writes a file of random bytes to the guest's disk, through to the disk.
   *
   * @param name a plain file name
   * @param bytes rounded up to whole blocks of 64 KiB
   * @return its SHA-256 in hex, of what the guest reads back from the disk
   */
  public String writeFile(String name, int bytes) {
    return ask("fill " + name + " " + Math.ceilDiv(bytes, BLOCK_BYTES));
  }

  /** SHA-256 in hex of a file, read from the disk and not from the guest's cache. */
  public String checksum(String name) {
    return ask("checksum " + name);
  }

  /** The major version of its TPM as its kernel sees it. */
  public OptionalInt tpmVersion() {
    String answer = ask("tpm-version");
    return answer.equals("none") ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(answer));
  }

  /** Its TPM. */
  public GuestTpm tpm() {
    return new GuestTpm(
        command -> HexFormat.of().parseHex(ask("tpm " + HexFormat.of().formatHex(command))));
  }

  /** Asks a guest that is up, or comes up in time; the question is sent once. */
  private String ask(String question) {
    return ask(question, PATIENCE);
  }

  private synchronized String ask(String question, Duration patience) {
    long deadline = System.nanoTime() + patience.toNanos();
    SerialLine open = greet(deadline);
    String id = nextId();
    try {
      open.send(id + " " + question);
      Optional<String> answer = awaitAnswer(open, id, deadline);
      if (answer.isPresent()) {
        return answer.get();
      }
    } catch (IOException e) {
      close();
      throw new GuestFailed("the guest at " + socket + " went away during: " + question);
    }
    throw new GuestFailed("the guest at " + socket + " gave no answer to: " + question);
  }

  /**
   * A guest that boots loses what it is sent, so this is said when it calls that it is ready, and
   * again and again in case it did before anybody listened. The answer to any of these will do: a
   * guest that is always slower than the next question is up all the same.
   */
  private SerialLine greet(long deadline) {
    long first = questions + 1;
    while (System.nanoTime() < deadline) {
      try {
        SerialLine open = connected();
        open.send(nextId() + " ping");
        if (answers(open, first, Math.min(deadline, System.nanoTime() + REPEAT.toNanos()))) {
          return open;
        }
      } catch (IOException e) {
        // The guest is off or was restarted: its socket comes, or comes anew.
        close();
        LockSupport.parkNanos(RETRY.toNanos());
      }
    }
    throw new GuestFailed("the guest at " + socket + " did not come up in time");
  }

  private String nextId() {
    return Long.toString(++questions);
  }

  private SerialLine connected() throws IOException {
    SerialLine open = line;
    if (open == null) {
      open = SerialLine.connect(socket);
      line = open;
    }
    return open;
  }

  /**
   * Whether it answered question {@code first} or a later one; not when time passed, or it has just
   * come up and lost them.
   */
  private static boolean answers(SerialLine open, long first, long deadline) throws IOException {
    Optional<String> said = open.read(deadline);
    while (said.isPresent() && !said.get().equals(READY)) {
      Matcher pong = PONG.matcher(said.get());
      if (pong.matches() && Long.parseLong(pong.group(1)) >= first) {
        return true;
      }
      said = open.read(deadline);
    }
    return false;
  }

  private static Optional<String> awaitAnswer(SerialLine open, String id, long deadline)
      throws IOException {
    String prefix = "@" + id + " ";
    Optional<String> said = open.read(deadline);
    while (said.isPresent() && !said.get().startsWith(prefix)) {
      said = open.read(deadline);
    }
    return said.map(text -> content(text.substring(prefix.length())));
  }

  private static String content(String answer) {
    String[] parts = answer.split(" ", 2);
    String text = parts.length > 1 ? parts[1] : "";
    if (!parts[0].equals("ok")) {
      throw new GuestFailed("the guest said: " + text);
    }
    return text;
  }

  /** Hangs up; the next question calls again. */
  @Override
  public synchronized void close() {
    if (line != null) {
      line.close();
      line = null;
    }
  }
}
