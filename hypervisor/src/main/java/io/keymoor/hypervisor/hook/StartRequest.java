package io.keymoor.hypervisor.hook;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.keymoor.hypervisor.DomainDefinition;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One question of the hook, in a directory of its own.
 *
 * @param directory the hook removes it when it has its answer or gives up
 */
record StartRequest(Path directory) {
  private static final Logger LOG = LoggerFactory.getLogger(StartRequest.class);
  private static final int LARGEST_XML = 4 * 1024 * 1024;
  private static final int LARGEST_OPERATION = 32;

  /** In bytes; a write of up to 4096 (PIPE_BUF) reaches the hook whole. */
  private static final int LARGEST_SENTENCE = 3000;

  private static final Duration HEARING = Duration.ofMinutes(1);
  private static final Duration LOOK_AGAIN = Duration.ofMillis(20);

  /** What libvirt is about to do, or has done. */
  enum Operation {
    PREPARE,
    RELEASE,
    MIGRATE
  }

  Operation operation() throws IOException {
    String word = read("operation", LARGEST_OPERATION);
    return switch (word) {
      case "prepare" -> Operation.PREPARE;
      case "release" -> Operation.RELEASE;
      case "migrate" -> Operation.MIGRATE;
      default -> throw new IOException("the hook asked for an unknown operation");
    };
  }

  /** When the hook asked; requests about one domain come in this order. */
  FileTime asked() throws IOException {
    return Files.getLastModifiedTime(directory.resolve("operation"));
  }

  DomainDefinition definition() throws IOException {
    return DomainDefinition.parse(read("domain.xml", LARGEST_XML));
  }

  private String read(String name, int limit) throws IOException {
    try (InputStream file = Files.newInputStream(directory.resolve(name))) {
      byte[] content = file.readNBytes(limit + 1);
      if (content.length > limit) {
        throw new IOException("the hook's file " + name + " is larger than " + limit + " bytes");
      }
      return new String(content, UTF_8);
    }
  }

  /**
   * Answers the hook.
   *
   * @throws NoSuchFileException when it has given up
   */
  void answer(Verdict verdict) throws IOException {
    byte[] line =
        switch (verdict) {
          case Verdict.Allow() -> "allow\n".getBytes(UTF_8);
          case Verdict.Refuse(String sentence) -> refusal(sentence);
        };
    // Opened for reading too: opening a FIFO for writing alone waits for ever once nobody reads.
    try (FileChannel fifo =
        FileChannel.open(
            directory.resolve("answer"), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      fifo.write(ByteBuffer.wrap(line));
    }
  }

  private static byte[] refusal(String sentence) {
    String oneLine = sentence.replaceAll("\\p{Cntrl}+", " ").strip();
    String text = oneLine.isEmpty() ? "Keymoor's agent refused." : oneLine;
    while (text.getBytes(UTF_8).length > LARGEST_SENTENCE) {
      text = text.substring(0, text.offsetByCodePoints(text.length(), -1));
    }
    return ("refuse " + text + "\n").getBytes(UTF_8);
  }

  void refuseQuietly(String sentence) {
    try {
      answer(new Verdict.Refuse(sentence));
    } catch (IOException e) {
      LOG.debug("the hook did not hear that it was refused", e);
    }
  }

  /** Whether the hook took the answer: it then removes its directory, a dead one doesn't. */
  boolean awaitHeard() {
    long deadline = System.nanoTime() + HEARING.toNanos();
    while (Files.exists(directory)) {
      if (System.nanoTime() > deadline) {
        return false;
      }
      LockSupport.parkNanos(LOOK_AGAIN.toNanos());
    }
    return true;
  }

  /** Removes what is there; the hook may be doing the same. */
  void delete() {
    try {
      for (String name : List.of("answer", "operation", "domain.xml")) {
        Files.deleteIfExists(directory.resolve(name));
      }
      Files.deleteIfExists(directory);
    } catch (IOException e) {
      LOG.debug("a request of the start hook was not removed", e);
    }
  }
}
