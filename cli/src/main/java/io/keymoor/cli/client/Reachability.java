package io.keymoor.cli.client;

import io.keymoor.cli.client.ClientFailure.Layer;
import io.keymoor.cli.client.ClientFailure.ManagerUnreachable;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Finds the layer on which a connection failed and says what to do about it. */
final class Reachability {
  private static final Pattern ALERT = Pattern.compile("\\(([a-z_]+)\\) Received fatal alert");
  private static final Pattern PLAIN_ALERT = Pattern.compile("Received fatal alert: ([a-z_]+)");

  private Reachability() {}

  static ManagerUnreachable explain(URI manager, String method, IOException failure) {
    String place = manager.getHost() + ":" + port(manager);
    if (has(failure, UnresolvedAddressException.class)
        || has(failure, UnknownHostException.class)) {
      return new ManagerUnreachable(
          Layer.DNS,
          "The manager can't be reached: the name "
              + manager.getHost()
              + " has no address (DNS). Check the url in the context file and the name servers.",
          failure);
    }
    Optional<String> alert = aboutOurCertificate(failure);
    if (alert.isPresent()) {
      return new ManagerUnreachable(
          Layer.OWN_CERTIFICATE,
          "The manager at "
              + place
              + " does not accept the certificate of this context (TLS alert "
              + alert.get()
              + "). It may have expired, been revoked, or belong to another manager: get a new"
              + " context from an administrator.",
          failure);
    }
    if (has(failure, CertificateException.class)
        || has(failure, CertPathValidatorException.class)
        || has(failure, CertPathBuilderException.class)) {
      return new ManagerUnreachable(
          Layer.MANAGER_CERTIFICATE,
          "The server at "
              + place
              + " shows a certificate that this context does not trust (certificate: "
              + innermost(failure)
              + "). Nothing was sent. Check that it is the right manager; one that was set up anew"
              + " has a new CA and needs a new context file.",
          failure);
    }
    return connection(place, method, failure);
  }

  private static ManagerUnreachable connection(String place, String method, IOException failure) {
    if (has(failure, HttpConnectTimeoutException.class)) {
      return new ManagerUnreachable(
          Layer.TCP,
          "The manager can't be reached: nothing answers at "
              + place
              + " (TCP: no answer within 10 s). Check network and firewall.",
          failure);
    }
    if (has(failure, ConnectException.class) || has(failure, NoRouteToHostException.class)) {
      return new ManagerUnreachable(
          Layer.TCP,
          "The manager can't be reached: nothing listens at "
              + place
              + " (TCP). Check that it runs (`keymoor manager run`) and that the url in the context"
              + " file is right. Virtual machines run on without it.",
          failure);
    }
    if (has(failure, SSLException.class)) {
      return new ManagerUnreachable(
          Layer.TLS,
          "The server at "
              + place
              + " answers, but not with TLS as a manager does (TLS: "
              + innermost(failure)
              + "). Check the port in the url of the context file.",
          failure);
    }
    String unknown =
        method.equals("GET")
            ? " Try again."
            : " Whether the request was carried out is not known: look before you repeat it.";
    String what =
        has(failure, HttpTimeoutException.class)
            ? " did not answer in time."
            : " closed the connection before it answered.";
    return new ManagerUnreachable(
        Layer.ANSWER, "The manager at " + place + what + unknown, failure);
  }

  /**
   * Whether the other side hung up, rather than being absent, silent or unknown: what it has
   * against us may then be found by {@link LateAlert}.
   */
  static boolean hungUp(IOException failure) {
    return !has(failure, HttpTimeoutException.class)
        && !has(failure, ConnectException.class)
        && !has(failure, NoRouteToHostException.class)
        && !has(failure, UnresolvedAddressException.class)
        && !has(failure, UnknownHostException.class)
        && !has(failure, SSLException.class);
  }

  /** The TLS alert by which a server refuses our certificate, if {@code failure} is one. */
  static Optional<String> aboutOurCertificate(IOException failure) {
    return alert(failure).filter(Reachability::isAboutOurCertificate);
  }

  static int port(URI manager) {
    return manager.getPort() < 0 ? 443 : manager.getPort();
  }

  private static boolean has(Throwable failure, Class<? extends Throwable> type) {
    for (@Nullable Throwable t = failure; t != null; t = t.getCause()) {
      if (type.isInstance(t)) {
        return true;
      }
    }
    return false;
  }

  private static Optional<String> alert(Throwable failure) {
    for (@Nullable Throwable t = failure; t != null; t = t.getCause()) {
      String message = String.valueOf(t.getMessage());
      for (Pattern pattern : new Pattern[] {ALERT, PLAIN_ALERT}) {
        Matcher matcher = pattern.matcher(message);
        if (matcher.find()) {
          return Optional.of(matcher.group(1));
        }
      }
    }
    return Optional.empty();
  }

  private static boolean isAboutOurCertificate(String alert) {
    String name = alert.toLowerCase(Locale.ROOT);
    return name.contains("certificate")
        || name.equals("unknown_ca")
        || name.equals("access_denied");
  }

  private static String innermost(Throwable failure) {
    String words = failure.getClass().getSimpleName();
    for (@Nullable Throwable t = failure; t != null; t = t.getCause()) {
      String message = t.getMessage();
      if (message != null && !message.isBlank()) {
        words = message.lines().findFirst().orElse(words).strip();
      }
    }
    return words;
  }
}
