package io.keymoor.kmip.message;

import io.keymoor.kmip.codec.Decoder;
import io.keymoor.kmip.codec.Encoder;
import io.keymoor.kmip.codec.InvalidKmip;
import io.keymoor.kmip.codec.ProtocolVersion;
import io.keymoor.kmip.vocabulary.KmipNames;
import io.keymoor.kmip.vocabulary.Tag;
import io.keymoor.ttlv.Encoding;
import io.keymoor.ttlv.Limits;
import io.keymoor.ttlv.TtlvReader;
import io.keymoor.ttlv.TtlvWriter;
import java.util.List;

/**
 * Reads and writes whole messages.
 *
 * <pre>
 *  RequestMessage                  ResponseMessage
 *    RequestHeader                   ResponseHeader
 *    BatchItem, once or more         BatchItem, once or more
 * </pre>
 *
 * <p>Reading a request, an item that can't be read becomes a {@link RequestItem.Malformed} as long
 * as the items around it can be told apart; otherwise, and for a header that can't be read, {@link
 * io.keymoor.ttlv.MalformedTtlv} or {@link InvalidKmip} is thrown and the connection can't go on.
 *
 * <p>Stateless; readers and writers are the caller's, who resets them: messages hold keys.
 */
public final class Messages {
  private Messages() {}

  /** Reads a request as a server does: strictly. */
  public static RequestMessage readRequest(TtlvReader reader) {
    return readRequest(new Decoder(reader, Decoder.Unknown.REFUSE));
  }

  static RequestMessage readRequest(Decoder in) {
    in.require(Tag.REQUEST_MESSAGE);
    in.reader().enter();
    in.require(Tag.REQUEST_HEADER);
    RequestHeader header =
        in.header(RequestHeader.TYPE, RequestHeader::version, it -> it.credentials().isEmpty());
    int mark = in.mark();
    while (in.tag() == Tag.BATCH_ITEM) {
      in.collect(Items.readRequest(in));
    }
    List<RequestItem> items = in.collected(mark);
    finish(in, header.batchCount(), items.size());
    return new RequestMessage(header, items);
  }

  /** Reads an answer as a client does: fields of newer versions are passed over. */
  public static ResponseMessage readResponse(TtlvReader reader) {
    return readResponse(new Decoder(reader, Decoder.Unknown.SKIP));
  }

  static ResponseMessage readResponse(Decoder in) {
    in.require(Tag.RESPONSE_MESSAGE);
    in.reader().enter();
    in.require(Tag.RESPONSE_HEADER);
    ResponseHeader header =
        in.header(
            ResponseHeader.TYPE, ResponseHeader::version, it -> it.hashedPassword().isEmpty());
    int mark = in.mark();
    while (in.tag() == Tag.BATCH_ITEM) {
      in.collect(Items.readResponse(in));
    }
    List<ResponseItem> items = in.collected(mark);
    finish(in, header.batchCount(), items.size());
    return new ResponseMessage(header, items);
  }

  private static void finish(Decoder in, int announced, int found) {
    in.end();
    if (in.reader().tag() != TtlvReader.END) {
      throw new InvalidKmip(
          InvalidKmip.Reason.UNEXPECTED_FIELD, in.reader().tag(), "data behind the message");
    }
    if (announced != found) {
      throw new InvalidKmip(
          InvalidKmip.Reason.INVALID_FIELD,
          Tag.BATCH_COUNT,
          "the batch has another number of items than its header says");
    }
  }

  /**
   * Writes a request in the shape of its header's version.
   *
   * @throws InvalidKmip where the version can't say something; the writer then holds a part
   */
  public static void write(TtlvWriter writer, RequestMessage message) {
    ProtocolVersion version = message.header().version();
    Encoder out = new Encoder(writer, version, Encoder.Foreign.REFUSE);
    writer.start(Tag.REQUEST_MESSAGE);
    RequestHeader.TYPE.write(out, Tag.REQUEST_HEADER, message.header());
    for (RequestItem item : message.items()) {
      Items.write(out, item);
    }
    writer.end();
  }

  /** Writes an answer in the shape of its header's version; what that can't say is left out. */
  public static void write(TtlvWriter writer, ResponseMessage message) {
    ProtocolVersion version = message.header().version();
    Encoder out = new Encoder(writer, version, Encoder.Foreign.OMIT);
    writer.start(Tag.RESPONSE_MESSAGE);
    ResponseHeader.TYPE.write(out, Tag.RESPONSE_HEADER, message.header());
    for (ResponseItem item : message.items()) {
      Items.write(out, item);
    }
    writer.end();
  }

  /** A request from its bytes. */
  public static RequestMessage decodeRequest(Encoding encoding, byte[] frame, Limits limits) {
    return readRequest(encoding.reader(frame, KmipNames.INSTANCE, limits));
  }

  /** An answer from its bytes. */
  public static ResponseMessage decodeResponse(Encoding encoding, byte[] frame, Limits limits) {
    return readResponse(encoding.reader(frame, KmipNames.INSTANCE, limits));
  }

  /** A request's bytes; the caller zeroes them if they hold a key. */
  public static byte[] encode(Encoding encoding, RequestMessage message) {
    try (TtlvWriter writer = encoding.writer(KmipNames.INSTANCE)) {
      write(writer, message);
      return writer.toByteArray();
    }
  }

  /** An answer's bytes; the caller zeroes them if they hold a key. */
  public static byte[] encode(Encoding encoding, ResponseMessage message) {
    try (TtlvWriter writer = encoding.writer(KmipNames.INSTANCE)) {
      write(writer, message);
      return writer.toByteArray();
    }
  }
}
