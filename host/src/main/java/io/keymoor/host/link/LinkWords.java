package io.keymoor.host.link;

import io.keymoor.crypto.CertificateLife;
import io.keymoor.protocol.LinkJson;
import io.keymoor.protocol.MalformedMessage;
import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.net.http.HttpConnectTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Says in words why the manager can't be asked, layer by layer. */
final class LinkWords {
  private static final int LONGEST = 1000;

  private LinkWords() {}

  /** What a refusal of the manager holds that is for people. */
  private record Problem(Optional<String> detail, Optional<String> code) {}

  /**
   * Why the exchange failed.
   *
   * @param own the life of the own certificate
   */
  static String of(IOException failure, CertificateLife own, Instant now) {
    if (has(failure, CertificateNotYetValidException.class)) {
      return "the manager's certificate begins in the future: this host's clock says "
          + now
          + ", which is too early; set it";
    }
    if (has(failure, CertificateExpiredException.class)) {
      return "the manager's certificate has ended by this host's clock, which says "
          + now
          + "; if the clock is right, the manager renews its certificate when it is started";
    }
    if (has(failure, CertPathValidatorException.class)
        || has(failure, CertPathBuilderException.class)
        || has(failure, CertificateException.class)) {
      return "the server there shows a certificate that is not this host's manager's; it is another"
          + " one, or was set up anew with a new CA, where this host must be enrolled";
    }
    if (has(failure, SSLException.class)) {
      return own.isOver(now) || own.isAhead(now)
          ? OwnCertificate.fault(own, now)
          : "the TLS handshake failed (" + innermost(failure) + ")";
    }
    return connection(failure);
  }

  private static String connection(IOException failure) {
    if (has(failure, UnresolvedAddressException.class)
        || has(failure, UnknownHostException.class)) {
      return "its name has no address (DNS)";
    }
    if (has(failure, HttpConnectTimeoutException.class)) {
      return "nothing answers there (TCP)";
    }
    if (has(failure, ConnectException.class)) {
      return "nothing listens there (TCP)";
    }
    return innermost(failure);
  }

  /** Of an answer that is not the one to {@code call}. */
  static LinkFailure failure(String call, int status, byte[] body) {
    String reason = refusal(call, status, body);
    String said = detail(body);
    return status == 400 && !said.isEmpty()
        ? new LinkFailure.Refused(reason, said)
        : new LinkFailure(reason);
  }

  /** What the manager said when it refused {@code call}. */
  static String refusal(String call, int status, byte[] body) {
    String said = detail(body);
    return switch (status) {
      case 401, 403 ->
          "it does not let this host in (status "
              + status
              + "): "
              + (said.isEmpty() ? "if the host was removed there, enrol it anew" : said);
      default ->
          "it answered " + call + " with status " + status + (said.isEmpty() ? "" : ": ") + said;
    };
  }

  /** The stable code of a refusal. */
  static String code(byte[] body) {
    try {
      return LinkJson.read(body, Problem.class)
          .code()
          .filter(code -> code.matches("[a-z_]{1,60}"))
          .orElse("refused");
    } catch (MalformedMessage notAProblem) {
      return "refused";
    }
  }

  /** One line without control characters, whoever wrote it: it goes to a log. */
  static String detail(byte[] body) {
    try {
      String text = LinkJson.read(body, Problem.class).detail().orElse("");
      String line = text.replaceAll("\\p{Cntrl}", " ").strip();
      return line.length() > LONGEST ? line.substring(0, LONGEST) : line;
    } catch (MalformedMessage notAProblem) {
      return "";
    }
  }

  private static boolean has(Throwable failure, Class<? extends Throwable> type) {
    return Stream.<@Nullable Throwable>iterate(
            failure, next -> next != null, next -> next == null ? null : next.getCause())
        .anyMatch(type::isInstance);
  }

  private static String innermost(IOException failure) {
    String words = failure.getClass().getSimpleName();
    for (@Nullable Throwable t = failure; t != null; t = t.getCause()) {
      String message = t.getMessage();
      if (message != null && !message.isBlank()) {
        words = t.getClass().getSimpleName() + " " + message.lines().findFirst().orElse("").strip();
      }
    }
    return words;
  }
}
