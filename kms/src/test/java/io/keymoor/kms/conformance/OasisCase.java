package io.keymoor.kms.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.keymoor.kmip.codec.InvalidKmip;
import io.keymoor.kmip.codec.ProtocolVersion;
import io.keymoor.kmip.message.Messages;
import io.keymoor.kmip.message.RequestHeader;
import io.keymoor.kmip.message.RequestItem;
import io.keymoor.kmip.message.RequestMessage;
import io.keymoor.kmip.message.ResponseHeader;
import io.keymoor.kmip.message.ResponseMessage;
import io.keymoor.kmip.vocabulary.KmipNames;
import io.keymoor.kms.testing.TestConnection;
import io.keymoor.ttlv.Encoding;
import io.keymoor.ttlv.Limits;
import io.keymoor.ttlv.Ttlv;
import io.keymoor.ttlv.TtlvReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One OASIS case: requests and the answers they expect, in XML, with variables.
 *
 * <p>A request's variables are replaced and it is sent in binary. The expected answer is brought
 * into the same binary form, so that both trees can be compared item by item.
 */
final class OasisCase {
  private static final Pattern MESSAGE =
      Pattern.compile("<(Request|Response)Message>.*?</\\1Message>", Pattern.DOTALL);
  private static final Pattern NOW = Pattern.compile("\\$NOW([-+][0-9]+)?");
  private static final Pattern BYTES =
      Pattern.compile("type=\"ByteString\" value=\"(\\$[A-Z_0-9]+)\"");

  private final String name;
  private final List<String> messages = new ArrayList<>();

  private OasisCase(String name, String text) {
    this.name = name;
    Matcher matcher = MESSAGE.matcher(text);
    while (matcher.find()) {
      messages.add(matcher.group());
    }
  }

  static OasisCase read(Path file) {
    try {
      String fileName = String.valueOf(file.getFileName());
      return new OasisCase(
          fileName.substring(0, fileName.lastIndexOf('.')), Files.readString(file));
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  String name() {
    return name;
  }

  /**
   * Runs the case, restated in {@code version}; the differences, none when it passed.
   *
   * @return nothing when the version has no way to say a request or an answer of the case
   */
  Optional<List<String>> run(TestConnection connection, ProtocolVersion version) {
    try {
      return Optional.of(exchanges(connection, version));
    } catch (InvalidKmip | Inexpressible notInThisVersion) {
      return Optional.empty();
    }
  }

  private List<String> exchanges(TestConnection connection, ProtocolVersion version) {
    Variables variables = new Variables();
    // The key of TL-M-3 is the one that the server made in TL-M-2.
    boolean generates =
        name.startsWith("TL-M-3")
            || messages.stream()
                .anyMatch(it ->
                    it.startsWith("<Request")
                        && (it.contains("value=\"Create\"")
                            || it.contains("value=\"CreateKeyPair\"")));
    Tolerances tolerances = new Tolerances(name, generates, version, variables);
    List<String> differences = new ArrayList<>();
    for (int i = 0; i + 1 < messages.size(); i += 2) {
      Instant now = Instant.now();
      byte[] request =
          Messages.encode(
              Encoding.BINARY,
              request(variables.inRequest(at(messages.get(i), now)).getBytes(UTF_8), version));
      byte[] expected =
          Messages.encode(
              Encoding.BINARY,
              response(marked(at(messages.get(i + 1), now)).getBytes(UTF_8), version));
      byte[] actual = connection.exchange(request);
      List<String> found = new TreeComparison(tolerances).differences(tree(expected), tree(actual));
      for (String difference : found) {
        differences.add("exchange " + (i / 2 + 1) + ": " + difference);
      }
      variables.learn(tree(actual));
      if (!found.isEmpty()) {
        return differences;
      }
    }
    return differences;
  }

  private static RequestMessage request(byte[] xml, ProtocolVersion version) {
    RequestMessage message = Messages.decodeRequest(Encoding.XML, xml, Limits.DEFAULT);
    for (RequestItem item : message.items()) {
      if (!item.operation().map(it -> version.isAtLeast(it.since())).orElse(false)) {
        throw new Inexpressible();
      }
    }
    return new RequestMessage(at(message.header(), version), message.items());
  }

  private static RequestHeader at(RequestHeader header, ProtocolVersion version) {
    return new RequestHeader(
        version,
        header.maximumResponseSize(),
        header.clientCorrelation(),
        header.serverCorrelation(),
        header.asynchronous(),
        header.attestationCapable(),
        header.attestationTypes(),
        header.credentials(),
        header.errorContinuation(),
        header.batchOrder(),
        header.timeStamp(),
        header.batchCount());
  }

  private static ResponseMessage response(byte[] xml, ProtocolVersion version) {
    ResponseMessage message = Messages.decodeResponse(Encoding.XML, xml, Limits.DEFAULT);
    ResponseHeader header = message.header();
    return new ResponseMessage(
        new ResponseHeader(
            version,
            header.timeStamp(),
            header.nonce(),
            header.hashedPassword(),
            header.attestationTypes(),
            header.clientCorrelation(),
            header.serverCorrelation(),
            header.batchCount()),
        message.items());
  }

  /** An operation that the version does not have. */
  private static final class Inexpressible extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  private static String at(String message, Instant now) {
    return NOW.matcher(message)
        .replaceAll(match ->
            now.plusSeconds(match.group(1) == null ? 0 : Long.parseLong(match.group(1)))
                .truncatedTo(ChronoUnit.SECONDS)
                .toString());
  }

  /** Byte variables as bytes that say which variable they stand for. */
  private static String marked(String message) {
    return BYTES
        .matcher(message)
        .replaceAll(
            match -> "type=\"ByteString\" value=\"" + Variables.marker(match.group(1)) + "\"");
  }

  private static Ttlv tree(byte[] message) {
    TtlvReader reader = Encoding.BINARY.reader(message, KmipNames.INSTANCE, Limits.DEFAULT);
    return Ttlv.read(reader);
  }
}
