package io.keymoor.manager.domain;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.keymoor.manager.domain.model.Refusal;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.UUID;

/**
 * Files that wait for one download each, for five minutes, in memory only: without a password such
 * a file is as good as the key in it, so it goes nowhere durable and is zeroed when taken or over.
 * A token works for the administrator it was given to, once. Thread-safe.
 */
public final class Downloads {
  private static final Duration VALID = Duration.ofMinutes(5);
  private static final int TOKEN_BYTES = 32;

  /** More would only be somebody filling the memory. */
  private static final int MOST = 64;

  private final Map<String, Waiting> waiting = new HashMap<>();
  private final InstantSource clock;
  private final SecureRandom random;

  public Downloads(InstantSource clock, SecureRandom random) {
    this.clock = clock;
    this.random = random;
  }

  /**
   * Where and how to fetch a file.
   *
   * @param id the download's id
   * @param token what to show
   * @param expiry until when
   */
  public record Offer(String id, String token, Instant expiry) {
    /** Does not show the token. */
    @Override
    public String toString() {
      return "Offer[" + id + "]";
    }
  }

  /** A file on its way; closing it zeroes the bytes. */
  public static final class Pending implements AutoCloseable {
    private final UUID provider;
    private final byte[] file;

    private Pending(UUID provider, byte[] file) {
      this.provider = provider;
      this.file = file;
    }

    /** The provider that the file restores. */
    public UUID provider() {
      return provider;
    }

    /** The bytes themselves, until {@link #close}. */
    public byte[] file() {
      return file;
    }

    @Override
    public void close() {
      Arrays.fill(file, (byte) 0);
    }
  }

  private record Waiting(String owner, String token, Instant expiry, Pending pending) {}

  synchronized Offer offer(String owner, UUID provider, byte[] file) {
    forgetOld();
    if (waiting.size() >= MOST) {
      Arrays.fill(file, (byte) 0);
      throw new Refusal.Conflict(
          "too_many_downloads",
          "There are "
              + MOST
              + " backups waiting to be downloaded. Nothing was exported. Download them, or wait"
              + " five minutes.");
    }
    byte[] token = new byte[TOKEN_BYTES];
    random.nextBytes(token);
    String text = HexFormat.of().formatHex(token);
    String id = UUID.randomUUID().toString();
    Instant expiry = clock.instant().plus(VALID);
    waiting.put(id, new Waiting(owner, text, expiry, new Pending(provider, file)));
    return new Offer(id, text, expiry);
  }

  /** The caller closes it. */
  synchronized Pending take(String caller, String id, String token) {
    forgetOld();
    Waiting offered = waiting.get(id);
    boolean right =
        offered != null
            && offered.owner().equals(caller)
            && MessageDigest.isEqual(offered.token().getBytes(US_ASCII), token.getBytes(US_ASCII));
    if (offered == null || !right) {
      throw new Refusal.NotFound(
          "download_over",
          "This download does not exist, was fetched already, or its five minutes are over."
              + " Nothing was sent. Export the provider again: keymoor provider backup");
    }
    waiting.remove(id);
    return offered.pending();
  }

  /** Zeroes what nobody fetched in time. */
  public synchronized void forgetOld() {
    Instant now = clock.instant();
    waiting
        .values()
        .removeIf(old -> {
          boolean over = now.isAfter(old.expiry());
          if (over) {
            old.pending().close();
          }
          return over;
        });
  }
}
