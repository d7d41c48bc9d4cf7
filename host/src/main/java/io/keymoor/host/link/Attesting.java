package io.keymoor.host.link;

import io.keymoor.protocol.Acknowledgement;
import io.keymoor.protocol.AttestationAnswer;
import io.keymoor.protocol.AttestationChallenge;
import io.keymoor.protocol.AttestationFailure;
import io.keymoor.protocol.AttestationVerdict;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Proves the host's TPM to the manager: once in each life of the agent, since the TPM may be
 * another one then, and whenever the manager asks. What fails is tried again a minute later. Used
 * by one thread; {@link #due} by any.
 */
final class Attesting {
  private static final Logger LOG = LoggerFactory.getLogger(Attesting.class);
  private static final Duration AGAIN = Duration.ofMinutes(1);

  private final LinkClient client;
  private final TpmProver prover;
  private final Duration call;
  private final Signal due = new Signal();
  private String warned = "";

  Attesting(LinkClient client, TpmProver prover, Duration call) {
    this.client = client;
    this.prover = prover;
    this.call = call;
    due.raise();
  }

  /** The manager wants to know, or the link ends. */
  void due() {
    due.raise();
  }

  /**
   * Waits until it is to be proved, at most {@code millis}, and does.
   *
   * @return how long to wait before the next time
   */
  Duration round(long millis) throws LinkFailure, InterruptedException {
    if (!due.await(millis)) {
      return Duration.ZERO;
    }
    try {
      AttestationChallenge challenge =
          client.post("attest", prover.show(), AttestationChallenge.class, call);
      AttestationAnswer answer = prover.answer(challenge);
      tell(client.post("attested", answer, AttestationVerdict.class, call));
      // What was asked for meanwhile was this.
      due.await(0);
      return Duration.ZERO;
    } catch (TpmProver.TpmSilent silent) {
      String sentence = String.valueOf(silent.getMessage());
      warn("The TPM could not be proved to the manager. " + sentence);
      client.post("attest-failed", new AttestationFailure(sentence), Acknowledgement.class, call);
    } catch (LinkFailure failure) {
      LOG.debug("attest: {}", failure.reason());
    }
    due.raise();
    return AGAIN;
  }

  private void tell(AttestationVerdict verdict) {
    prover.told(verdict);
    if (verdict.trusted()) {
      LOG.info("The manager trusts this host's TPM.");
      warned = "";
    } else {
      warn(verdict.sentence());
    }
  }

  private void warn(String sentence) {
    if (!sentence.equals(warned)) {
      warned = sentence;
      LOG.warn("{}", sentence);
    }
  }
}
