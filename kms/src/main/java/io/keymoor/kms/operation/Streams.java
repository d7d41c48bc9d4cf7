package io.keymoor.kms.operation;

import io.keymoor.kmip.codec.ByteString;
import io.keymoor.kmip.vocabulary.Operation;
import io.keymoor.kmip.vocabulary.ResultReason;
import io.keymoor.kms.cipher.SymmetricCipher;
import io.keymoor.kms.failure.KmipFailure;
import java.io.ByteArrayOutputStream;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Cryptographic operations in several requests, between their first and their last (KMIP 1.3 and
 * later). They live on the node that began them. Thread-safe; one stream serves one request at a
 * time, because it is taken out meanwhile.
 */
final class Streams {
  private static final int MOST = 10_000;
  private static final int MOST_BUFFERED_BYTES = 1 << 24;
  private static final Duration LIFE = Duration.ofMinutes(10);

  private final SecureRandom random;
  private final Map<ByteString, Stream> open = new LinkedHashMap<>();

  Streams(SecureRandom random) {
    this.random = random;
  }

  /** One of them. */
  static final class Stream {
    private final String client;
    private final Operation operation;
    private final String objectId;
    private final Optional<SymmetricCipher> cipher;
    private final ByteArrayOutputStream buffered = new ByteArrayOutputStream();
    private Instant lastUsed = Instant.EPOCH;

    Stream(String client, Operation operation, String objectId, Optional<SymmetricCipher> cipher) {
      this.client = client;
      this.operation = operation;
      this.objectId = objectId;
      this.cipher = cipher;
    }

    Optional<SymmetricCipher> cipher() {
      return cipher;
    }

    /** Everything so far and this. */
    byte[] collected(byte[] more) {
      if (buffered.size() + (long) more.length > MOST_BUFFERED_BYTES) {
        throw new KmipFailure(
            ResultReason.SERVER_LIMIT_EXCEEDED,
            "An operation in parts processes " + MOST_BUFFERED_BYTES + " bytes at most.");
      }
      buffered.writeBytes(more);
      return buffered.toByteArray();
    }
  }

  /** Keeps a stream for its next request, which names it by the answer. */
  ByteString keep(Optional<ByteString> name, Stream stream, Instant now) {
    byte[] fresh = new byte[16];
    random.nextBytes(fresh);
    ByteString key = name.orElseGet(() -> ByteString.owning(fresh));
    stream.lastUsed = now;
    synchronized (open) {
      open.put(key, stream);
      Iterator<Stream> eldest = open.values().iterator();
      while (eldest.hasNext()) {
        boolean stale = eldest.next().lastUsed.plus(LIFE).isBefore(now);
        if (!stale && open.size() <= MOST) {
          break;
        }
        eldest.remove();
      }
    }
    return key;
  }

  /** Takes the stream of that name out; only who began it finds it. */
  Stream take(ByteString name, Operation operation, String objectId, String client) {
    synchronized (open) {
      Stream found = open.get(name);
      if (found == null
          || !found.client.equals(client)
          || !found.operation.equals(operation)
          || !found.objectId.equals(objectId)) {
        throw new KmipFailure(
            ResultReason.INVALID_CORRELATION_VALUE,
            "No operation of yours waits under this correlation value.");
      }
      open.remove(name);
      return found;
    }
  }
}
