package io.keymoor.kmip.client;

import java.io.EOFException;
import java.io.IOException;
import java.io.Serial;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateExpiredException;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** A server that could not be reached or went away, with the layer that failed. */
public final class ConnectFailure extends IOException {
  @Serial private static final long serialVersionUID = 1L;

  /** The alerts by which a server refuses a client (RFC 8446 section 6.2, RFC 5246 7.2). */
  private static final List<String> REFUSALS =
      List.of(
          "bad_certificate",
          "certificate_required",
          "unknown_ca",
          "access_denied",
          "certificate_unknown",
          "certificate_expired",
          "certificate_revoked",
          "unsupported_certificate");

  private static final Pattern CLASS_NAME = Pattern.compile("[\\w.$]+Exception: ");

  private final transient Endpoint server;
  private final Layer layer;

  ConnectFailure(Endpoint server, Layer layer, String sentence, @Nullable Throwable cause) {
    super(sentence, cause);
    this.server = server;
    this.layer = layer;
  }

  /** The failure that an exception on the way to a server stands for. */
  static ConnectFailure of(Endpoint server, Throwable cause, Layer reached) {
    if (cause instanceof ConnectFailure known) {
      return known;
    }
    Layer layer = layer(cause, reached);
    return new ConnectFailure(server, layer, sentence(server, layer, cause), cause);
  }

  /** A server whose name the resolver had not answered when the time was over. */
  static ConnectFailure unresolved(Endpoint server) {
    return new ConnectFailure(
        server,
        Layer.DNS,
        "the name of " + server + " was not resolved in time; check the resolver",
        null);
  }

  private static Layer layer(Throwable cause, Layer reached) {
    for (@Nullable Throwable t = cause; t != null; t = t.getCause()) {
      if (t instanceof UnknownHostException) {
        return Layer.DNS;
      }
      if (t instanceof ConnectException || t instanceof NoRouteToHostException) {
        return Layer.TCP;
      }
      if (isRefusal(t)) {
        return Layer.AUTHENTICATION;
      }
      // CertificateException, CertPathValidatorException: this side looked and was not content.
      if (t instanceof GeneralSecurityException) {
        return Layer.TRUST;
      }
    }
    return cause instanceof SSLException && reached.compareTo(Layer.TLS) < 0 ? Layer.TLS : reached;
  }

  private static boolean isRefusal(Throwable t) {
    String message = String.valueOf(t.getMessage()).toLowerCase(Locale.ROOT);
    return t instanceof SSLException
        && message.contains("received fatal alert")
        && REFUSALS.stream().anyMatch(message::contains);
  }

  private static String sentence(Endpoint server, Layer layer, Throwable cause) {
    return switch (layer) {
      case DNS -> "the name of " + server + " has no address; check the name and the resolver";
      case TCP ->
          "nothing accepts connections at "
              + server
              + (cause instanceof SocketTimeoutException || cause instanceof SocketException
                  ? " (" + words(cause) + ")"
                  : "")
              + "; check that the server runs and that no firewall is between";
      case TLS ->
          server
              + " and this client can't agree on TLS ("
              + words(cause)
              + "); check that the port is KMIP's and which TLS versions the server allows";
      case TRUST ->
          "the certificate of "
              + server
              + (isExpiry(cause) ? " has expired (" : " is not trusted (")
              + words(cause)
              + (isExpiry(cause)
                  ? "); have the server's administrator renew it, and look at the clocks"
                  : "); add its authority to the trusted ones or use the name in the certificate");
      case AUTHENTICATION ->
          server
              + " does not accept this client's certificate ("
              + words(cause)
              + "); have the certificate, or its authority, entered there";
      case KMIP -> server + " closed the connection or fell silent (" + words(cause) + ")";
    };
  }

  /** What an exception says, without the names of classes that it says it with. */
  private static String words(Throwable cause) {
    return CLASS_NAME.matcher(String.valueOf(cause.getMessage())).replaceAll("");
  }

  private static boolean isExpiry(Throwable cause) {
    for (@Nullable Throwable t = cause; t != null; t = t.getCause()) {
      if (t instanceof CertificateExpiredException) {
        return true;
      }
    }
    return false;
  }

  /** Whether the connection was reset or closed, rather than silent or talking nonsense. */
  boolean isBrokenConnection() {
    for (@Nullable Throwable t = getCause(); t != null; t = t.getCause()) {
      if (t instanceof SocketException || t instanceof EOFException) {
        return true;
      }
    }
    return false;
  }

  public Endpoint server() {
    return server;
  }

  public Layer layer() {
    return layer;
  }

  /** What is wrong and what to do. */
  public String sentence() {
    return String.valueOf(getMessage());
  }
}
