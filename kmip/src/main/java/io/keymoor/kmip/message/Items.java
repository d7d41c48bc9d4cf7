package io.keymoor.kmip.message;

import io.keymoor.kmip.codec.ByteString;
import io.keymoor.kmip.codec.Decoder;
import io.keymoor.kmip.codec.Encoder;
import io.keymoor.kmip.codec.InvalidKmip;
import io.keymoor.kmip.codec.Types;
import io.keymoor.kmip.operation.Operations;
import io.keymoor.kmip.operation.Request;
import io.keymoor.kmip.vocabulary.Operation;
import io.keymoor.kmip.vocabulary.ResultReason;
import io.keymoor.kmip.vocabulary.ResultStatus;
import io.keymoor.kmip.vocabulary.Tag;
import io.keymoor.ttlv.MalformedTtlv;
import io.keymoor.ttlv.TtlvReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The items of a batch.
 *
 * <pre>
 *  request's BatchItem                     answer's BatchItem
 *    Operation                               Operation, unless unreadable
 *    Ephemeral, optional, since 2.0          UniqueBatchItemID, as in the request
 *    UniqueBatchItemID, optional             ResultStatus
 *    RequestPayload                          ResultReason, of a failure
 *    MessageExtension, any number            ResultMessage, optional
 *                                            AsynchronousCorrelationValue, when pending
 *                                            ResponsePayload, unless a failure
 *                                            MessageExtension, any number
 * </pre>
 */
final class Items {
  private Items() {}

  static RequestItem readRequest(Decoder in) {
    TtlvReader reader = in.reader();
    int depth = reader.depth();
    int mark = in.mark();
    @Nullable Operation operation = null;
    Optional<ByteString> id = Optional.empty();
    try {
      reader.enter();
      in.require(Tag.OPERATION);
      operation = Operation.KIND.read(in);
      Optional<Boolean> ephemeral = Optional.empty();
      if (in.version().isTagged() && in.tag() == Tag.EPHEMERAL) {
        ephemeral = Optional.of(reader.bool());
      }
      if (in.tag() == Tag.UNIQUE_BATCH_ITEM_ID) {
        id = Optional.of(Types.BYTES.read(in));
      }
      in.require(Tag.REQUEST_PAYLOAD);
      Request<?> request = Operations.readRequest(in, operation);
      List<MessageExtension> extensions = readExtensions(in);
      in.end();
      return new RequestItem.Valid(request, id, ephemeral, extensions);
    } catch (InvalidKmip wrong) {
      goOn(in, mark, depth);
      return malformed(operation, id, reason(wrong), wrong);
    } catch (MalformedTtlv wrong) {
      goOn(in, mark, depth);
      return malformed(operation, id, ResultReason.INVALID_MESSAGE, wrong);
    }
  }

  /**
   * Moves behind an item that couldn't be read. Throws again, and with that gives the message up,
   * where the next item can't be found.
   */
  private static void goOn(Decoder in, int mark, int depth) {
    in.forget(mark);
    if (in.reader().depth() > depth) {
      in.reader().leaveTo(depth);
    } else {
      // It is no structure and was never entered: standing still would read it for ever.
      in.reader().skip();
    }
  }

  private static RequestItem malformed(
      @Nullable Operation operation,
      Optional<ByteString> id,
      ResultReason reason,
      RuntimeException wrong) {
    String message = wrong.getMessage();
    return new RequestItem.Malformed(
        Optional.ofNullable(operation), id, reason, message == null ? "unreadable" : message);
  }

  private static ResultReason reason(InvalidKmip wrong) {
    return switch (wrong.reason()) {
      case MISSING_FIELD, UNEXPECTED_FIELD -> ResultReason.INVALID_MESSAGE;
      case INVALID_FIELD, NOT_IN_THIS_VERSION -> ResultReason.INVALID_FIELD;
    };
  }

  private static List<MessageExtension> readExtensions(Decoder in) {
    if (in.tag() != Tag.MESSAGE_EXTENSION) {
      return List.of();
    }
    List<MessageExtension> extensions = new ArrayList<>();
    while (in.tag() == Tag.MESSAGE_EXTENSION) {
      extensions.add(MessageExtension.TYPE.read(in));
    }
    return extensions;
  }

  static void write(Encoder out, RequestItem item) {
    switch (item) {
      case RequestItem.Valid valid -> writeValid(out, valid);
      case RequestItem.Malformed malformed ->
          throw new IllegalArgumentException("an unreadable item can't be written");
    }
  }

  private static void writeValid(Encoder out, RequestItem.Valid item) {
    out.writer().start(Tag.BATCH_ITEM);
    Operation.KIND.write(out, Tag.OPERATION, item.request().operation());
    if (item.ephemeral().isPresent()) {
      if (out.version().isTagged()) {
        out.writer().bool(Tag.EPHEMERAL, item.ephemeral().get());
      } else {
        out.omit(Tag.EPHEMERAL);
      }
    }
    if (item.id().isPresent()) {
      Types.BYTES.write(out, Tag.UNIQUE_BATCH_ITEM_ID, item.id().get());
    }
    Operations.write(out, item.request());
    writeExtensions(out, item.extensions());
    out.writer().end();
  }

  private static void writeExtensions(Encoder out, List<MessageExtension> extensions) {
    for (MessageExtension extension : extensions) {
      MessageExtension.TYPE.write(out, Tag.MESSAGE_EXTENSION, extension);
    }
  }

  static ResponseItem readResponse(Decoder in) {
    in.reader().enter();
    Optional<Operation> operation = Optional.empty();
    if (in.tag() == Tag.OPERATION) {
      operation = Operation.KIND.readPresent(in);
    }
    Optional<ByteString> id = Optional.empty();
    if (in.tag() == Tag.UNIQUE_BATCH_ITEM_ID) {
      id = Optional.of(Types.BYTES.read(in));
    }
    ResponseItem.Outcome outcome = readOutcome(in, operation);
    List<MessageExtension> extensions = readExtensions(in);
    in.end();
    return new ResponseItem(operation, id, outcome, extensions);
  }

  private static ResponseItem.Outcome readOutcome(Decoder in, Optional<Operation> operation) {
    in.require(Tag.RESULT_STATUS);
    ResultStatus status = ResultStatus.KIND.read(in);
    Optional<ResultReason> reason = Optional.empty();
    if (in.tag() == Tag.RESULT_REASON) {
      reason = ResultReason.KIND.readPresent(in);
    }
    Optional<String> message = Optional.empty();
    if (in.tag() == Tag.RESULT_MESSAGE) {
      message = Optional.of(in.reader().text());
    }
    if (status.equals(ResultStatus.SUCCESS)) {
      in.require(Tag.RESPONSE_PAYLOAD);
      return new ResponseItem.Outcome.Success(
          Operations.readResponse(in, operation.orElseThrow(Items::noOperation)));
    }
    if (status.equals(ResultStatus.OPERATION_PENDING)) {
      in.require(Tag.ASYNCHRONOUS_CORRELATION_VALUE);
      return new ResponseItem.Outcome.Pending(Types.BYTES.read(in));
    }
    if (status.equals(ResultStatus.OPERATION_UNDONE)) {
      return new ResponseItem.Outcome.Undone(reason, message);
    }
    return new ResponseItem.Outcome.Failed(reason.orElse(ResultReason.GENERAL_FAILURE), message);
  }

  private static InvalidKmip noOperation() {
    return new InvalidKmip(
        InvalidKmip.Reason.MISSING_FIELD, Tag.OPERATION, "a success that doesn't say of what");
  }

  static void write(Encoder out, ResponseItem item) {
    out.writer().start(Tag.BATCH_ITEM);
    if (item.operation().isPresent()) {
      Operation.KIND.write(out, Tag.OPERATION, item.operation().get());
    }
    if (item.id().isPresent()) {
      Types.BYTES.write(out, Tag.UNIQUE_BATCH_ITEM_ID, item.id().get());
    }
    switch (item.outcome()) {
      case ResponseItem.Outcome.Success success -> {
        ResultStatus.KIND.write(out, Tag.RESULT_STATUS, ResultStatus.SUCCESS);
        Operations.write(out, success.payload());
      }
      case ResponseItem.Outcome.Pending pending -> {
        ResultStatus.KIND.write(out, Tag.RESULT_STATUS, ResultStatus.OPERATION_PENDING);
        Types.BYTES.write(out, Tag.ASYNCHRONOUS_CORRELATION_VALUE, pending.correlationValue());
      }
      case ResponseItem.Outcome.Failed failed -> {
        ResultStatus.KIND.write(out, Tag.RESULT_STATUS, ResultStatus.OPERATION_FAILED);
        writeReason(out, Optional.of(failed.reason()), failed.message());
      }
      case ResponseItem.Outcome.Undone undone -> {
        ResultStatus.KIND.write(out, Tag.RESULT_STATUS, ResultStatus.OPERATION_UNDONE);
        writeReason(out, undone.reason(), undone.message());
      }
    }
    writeExtensions(out, item.extensions());
    out.writer().end();
  }

  private static void writeReason(
      Encoder out, Optional<ResultReason> reason, Optional<String> message) {
    if (reason.isPresent()) {
      ResultReason.KIND.write(out, Tag.RESULT_REASON, reason.get());
    }
    if (message.isPresent()) {
      out.writer().text(Tag.RESULT_MESSAGE, message.get());
    }
  }
}
