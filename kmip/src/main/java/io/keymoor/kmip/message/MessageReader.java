package io.keymoor.kmip.message;

import io.keymoor.kmip.codec.Decoder;
import io.keymoor.kmip.codec.ProtocolVersion;
import io.keymoor.kmip.vocabulary.KmipNames;
import io.keymoor.ttlv.Encoding;
import io.keymoor.ttlv.Limits;
import io.keymoor.ttlv.TtlvReader;
import org.jspecify.annotations.Nullable;

/**
 * Reads one message after another, as a connection brings them, with one cursor for all. It reads
 * as {@link Messages} does and throws the same; after an exception it may read the next message.
 * Not thread-safe.
 */
public final class MessageReader {
  private final Encoding encoding;
  private final Decoder.Unknown unknown;
  private final Limits limits;
  private @Nullable Decoder decoder;

  private MessageReader(Encoding encoding, Decoder.Unknown unknown, Limits limits) {
    this.encoding = encoding;
    this.unknown = unknown;
    this.limits = limits;
  }

  /** For a server, which reads requests and refuses fields that a version doesn't have. */
  public static MessageReader strict(Encoding encoding, Limits limits) {
    return new MessageReader(encoding, Decoder.Unknown.REFUSE, limits);
  }

  /** For a client, which reads answers and passes over what it doesn't know. */
  public static MessageReader lenient(Encoding encoding, Limits limits) {
    return new MessageReader(encoding, Decoder.Unknown.SKIP, limits);
  }

  /** Reads a request; the frame stays the caller's, who zeroes it. */
  public RequestMessage request(byte[] frame) {
    Decoder ready = begin(frame);
    try {
      return Messages.readRequest(ready);
    } finally {
      ready.drop();
    }
  }

  /** Reads an answer; the frame stays the caller's, who zeroes it. */
  public ResponseMessage response(byte[] frame) {
    Decoder ready = begin(frame);
    try {
      return Messages.readResponse(ready);
    } finally {
      ready.drop();
    }
  }

  /**
   * The version that the message read last said it has, so that a refusal can be in it; 1.0 where
   * it was not even clear enough for that.
   */
  public ProtocolVersion version() {
    Decoder used = decoder;
    return used == null ? ProtocolVersion.V1_0 : used.version();
  }

  private Decoder begin(byte[] frame) {
    Decoder ready = decoder;
    if (ready == null) {
      TtlvReader reader = encoding.reader(frame, KmipNames.INSTANCE, limits);
      ready = new Decoder(reader, unknown);
      decoder = ready;
    } else {
      ready.begin(frame, 0, frame.length);
    }
    return ready;
  }
}
