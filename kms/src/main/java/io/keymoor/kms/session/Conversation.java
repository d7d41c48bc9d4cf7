package io.keymoor.kms.session;

import java.io.IOException;
import java.io.OutputStream;
import java.security.cert.X509Certificate;

/** What is said on one connection, one request after another; used by one thread at a time. */
@FunctionalInterface
public interface Conversation {
  /**
   * Answers one request.
   *
   * @param frame a whole message; zeroed by the caller afterwards
   * @param out where the answer goes
   * @return whether the connection stays open
   */
  boolean answer(byte[] frame, OutputStream out) throws IOException;

  /** Opens conversations. */
  @FunctionalInterface
  interface Opener {
    /** A conversation with the peer that showed {@code certificate}. */
    Conversation open(X509Certificate certificate, String peer);
  }
}
