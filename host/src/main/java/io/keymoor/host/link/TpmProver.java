package io.keymoor.host.link;

import io.keymoor.protocol.AttestationAnswer;
import io.keymoor.protocol.AttestationChallenge;
import io.keymoor.protocol.AttestationClaim;
import io.keymoor.protocol.AttestationVerdict;

/** The TPM that seals this host's configuration, as the link has it prove what it is. */
public interface TpmProver {
  /**
   * What it shows.
   *
   * @throws TpmSilent when it can't
   */
  AttestationClaim show();

  /**
   * Its answer, for what it showed last.
   *
   * @throws TpmSilent when it has none
   */
  AttestationAnswer answer(AttestationChallenge challenge);

  /** What the manager thinks of it. */
  void told(AttestationVerdict verdict);

  /** Why it did not show or answer; the message is a sentence. */
  final class TpmSilent extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public TpmSilent(Throwable cause) {
      super(String.valueOf(cause.getMessage()), cause);
    }
  }
}
