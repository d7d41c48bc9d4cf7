package io.keymoor.benchmark;

import io.keymoor.kmip.codec.ProtocolVersion;
import io.keymoor.kmip.message.MessageReader;
import io.keymoor.kmip.message.Messages;
import io.keymoor.kmip.message.RequestMessage;
import io.keymoor.kmip.message.ResponseHeader;
import io.keymoor.kmip.message.ResponseItem;
import io.keymoor.kmip.message.ResponseMessage;
import io.keymoor.kmip.object.KeyBlock;
import io.keymoor.kmip.object.ManagedObject;
import io.keymoor.kmip.operation.Create;
import io.keymoor.kmip.operation.Get;
import io.keymoor.kmip.vocabulary.CryptographicAlgorithm;
import io.keymoor.kmip.vocabulary.KmipNames;
import io.keymoor.kmip.vocabulary.ObjectType;
import io.keymoor.kmip.vocabulary.Operation;
import io.keymoor.kmip.vocabulary.UsageMask;
import io.keymoor.secret.SecretBytes;
import io.keymoor.ttlv.Encoding;
import io.keymoor.ttlv.Limits;
import io.keymoor.ttlv.TtlvWriter;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The binary codec on the two messages a hypervisor's manager exchanges most, whole, from and to
 * bytes: a Create request for an AES-256 key and the answer to a Get of one. As on a connection:
 * one reader and one writer serve all messages; "alone" makes them for each.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 4, time = 1)
public class CodecBenchmark {
  private final RequestMessage create =
      RequestMessage.of(
          ProtocolVersion.V1_4,
          Create.symmetricKey(
              CryptographicAlgorithm.AES, 256, UsageMask.ENCRYPT | UsageMask.DECRYPT));
  private final ResponseMessage got =
      new ResponseMessage(
          ResponseHeader.of(ProtocolVersion.V1_4, Instant.ofEpochSecond(1_795_000_000L), 1),
          List.of(
              new ResponseItem(
                  Optional.of(Operation.GET),
                  Optional.empty(),
                  new ResponseItem.Outcome.Success(
                      new Get.Result(
                          ObjectType.SYMMETRIC_KEY,
                          "0b9f4a3e-6c1d-4c1e-9a53-3d1c5e2f7a10",
                          new ManagedObject.SymmetricKey(
                              KeyBlock.raw(
                                  SecretBytes.random(32, new SecureRandom()),
                                  CryptographicAlgorithm.AES)))))));
  private final byte[] createBytes = Messages.encode(Encoding.BINARY, create);
  private final byte[] gotBytes = Messages.encode(Encoding.BINARY, got);
  private final MessageReader server = MessageReader.strict(Encoding.BINARY, Limits.DEFAULT);
  private final MessageReader client = MessageReader.lenient(Encoding.BINARY, Limits.DEFAULT);
  private final TtlvWriter writer = Encoding.BINARY.writer(KmipNames.INSTANCE);

  @Benchmark
  public RequestMessage decodeCreate() {
    return server.request(createBytes);
  }

  @Benchmark
  public int encodeCreate() {
    writer.reset();
    Messages.write(writer, create);
    return writer.size();
  }

  /** The key is erased again, as its receiver does. */
  @Benchmark
  public int decodeGetResponse() {
    ResponseMessage message = client.response(gotBytes);
    if (message.items().getFirst().outcome()
            instanceof ResponseItem.Outcome.Success(Get.Result result)) {
      result.managedObject().close();
    }
    return message.items().size();
  }

  @Benchmark
  public int encodeGetResponse() {
    writer.reset();
    Messages.write(writer, got);
    return writer.size();
  }

  @Benchmark
  public RequestMessage decodeCreateAlone() {
    return Messages.decodeRequest(Encoding.BINARY, createBytes, Limits.DEFAULT);
  }

  @Benchmark
  public byte[] encodeCreateAlone() {
    return Messages.encode(Encoding.BINARY, create);
  }
}
