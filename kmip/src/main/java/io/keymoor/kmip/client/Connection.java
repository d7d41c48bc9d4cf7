package io.keymoor.kmip.client;

import io.keymoor.kmip.codec.InvalidKmip;
import io.keymoor.kmip.message.MessageReader;
import io.keymoor.kmip.message.Messages;
import io.keymoor.kmip.message.RequestMessage;
import io.keymoor.kmip.message.ResponseMessage;
import io.keymoor.kmip.vocabulary.KmipNames;
import io.keymoor.ttlv.Encoding;
import io.keymoor.ttlv.Frames;
import io.keymoor.ttlv.Limits;
import io.keymoor.ttlv.MalformedTtlv;
import io.keymoor.ttlv.TtlvWriter;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.Arrays;
import javax.net.ssl.SSLSocket;

/** One TLS connection that carries one message at a time. Not thread-safe, but for {@link #cut}. */
final class Connection implements AutoCloseable {
  private final Endpoint server;
  private final Socket wire;
  private final SSLSocket tls;
  private final InputStream in;
  private final OutputStream out;
  private final Limits limits;
  private final TtlvWriter writer = Encoding.BINARY.writer(KmipNames.INSTANCE);
  private final MessageReader reader;
  private boolean sending;
  private boolean answered;
  private long usedNanos = System.nanoTime();

  Connection(Endpoint server, Socket wire, SSLSocket tls, Limits limits) throws IOException {
    this.server = server;
    this.wire = wire;
    this.tls = tls;
    this.in = tls.getInputStream();
    this.out = tls.getOutputStream();
    this.limits = limits;
    this.reader = MessageReader.lenient(Encoding.BINARY, limits);
  }

  Endpoint server() {
    return server;
  }

  /** Whether a part of the latest message may have left this process. */
  boolean mayHaveSent() {
    return sending;
  }

  /**
   * Whether the server may yet refuse this client: in TLS 1.3 a client is done with the handshake
   * before the server has looked at its certificate, and no answer has shown that it did.
   */
  boolean mayBeRefused() {
    return !answered && tls.getSession().getProtocol().equals("TLSv1.3");
  }

  long idleNanos() {
    return System.nanoTime() - usedNanos;
  }

  /**
   * Sends a request and waits for its answer.
   *
   * @throws InvalidKmip where the version can't say the request; nothing was sent then
   */
  ResponseMessage exchange(RequestMessage request, Deadline deadline) throws IOException {
    sending = false;
    try (Deadline.Guard _ = deadline.guard(this::cut)) {
      writer.reset();
      Messages.write(writer, request);
      sending = true;
      writer.writeTo((buffer, offset, length) -> {
        out.write(buffer, offset, length);
        out.flush();
      });
      ResponseMessage answer = read();
      answered = true;
      return answer;
    } finally {
      // The request may have carried a key.
      writer.reset();
      usedNanos = System.nanoTime();
    }
  }

  private ResponseMessage read() throws IOException {
    byte[] frame;
    try {
      frame =
          Frames.read(in, limits)
              .orElseThrow(() -> new EOFException("the server closed the connection"));
    } catch (MalformedTtlv wrong) {
      throw noKmip(wrong);
    }
    try {
      return reader.response(frame);
    } catch (MalformedTtlv | InvalidKmip wrong) {
      throw noKmip(wrong);
    } finally {
      Arrays.fill(frame, (byte) 0);
    }
  }

  private static IOException noKmip(RuntimeException wrong) {
    return new IOException("an answer that is no KMIP: " + wrong.getMessage(), wrong);
  }

  /**
   * Whether the server still holds its end. Costs a millisecond; for a connection that lay idle, so
   * that the server's closing it isn't taken for a lost answer.
   */
  boolean isAlive() {
    try {
      tls.setSoTimeout(1);
      try {
        // Nobody asked for anything, so that any byte is as wrong as the end.
        in.read();
        return false;
      } catch (SocketTimeoutException silence) {
        tls.setSoTimeout(0);
        return true;
      }
    } catch (IOException gone) {
      return false;
    }
  }

  /**
   * Waits a moment for a refusal. In TLS 1.3 a client is done with the handshake before the server
   * has looked at its certificate; one that writes meanwhile sees a broken pipe instead.
   */
  void listenForRefusal(int millis) throws IOException {
    tls.setSoTimeout(millis);
    try {
      in.read();
    } catch (SocketTimeoutException silence) {
      tls.setSoTimeout(0);
    }
  }

  /** Ends the connection at once, whatever another thread is doing with it. */
  void cut() {
    try {
      wire.close();
    } catch (IOException e) {
      // Closed is closed.
    }
  }

  @Override
  public void close() {
    writer.close();
    try (Socket _ = wire) {
      tls.close();
    } catch (IOException e) {
      // Closed is closed.
    }
  }
}
