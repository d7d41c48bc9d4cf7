package io.keymoor.protocol;

/**
 * What a host says to join, before it has a certificate; answered by an {@link EnrolmentGrant}.
 *
 * @param secret the join token's
 * @param host the host
 */
public record JoinRequest(String secret, EnrolmentRequest host) {
  @Override
  public String toString() {
    return "JoinRequest[" + host.name() + "]";
  }
}
