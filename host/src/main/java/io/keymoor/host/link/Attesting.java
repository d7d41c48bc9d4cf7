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
 * another one then, and whenever the manager asks. What fails is tried again a minute later, then
 * two, and so on up to an hour: most failures wait for a person, who can ask at once, and a TPM
 * answers in seconds of which the host has better use. Used by one thread; {@link #due} by any.
 */
final class Attesting {
  private static final Logger LOG = LoggerFactory.getLogger(Attesting.class);
  private static final Duration FIRST_REST = Duration.ofMinutes(1);
  private static final Duration LONGEST_REST = Duration.ofHours(1);

  private final LinkClient client;
  private final TpmProver prover;
  private final Duration call;
  private final Signal due = new Signal();
  private Duration rest = Duration.ZERO;
  private String warned = "";
  private volatile boolean closed;

  Attesting(LinkClient client, TpmProver prover, Duration call) {
    this.client = client;
    this.prover = prover;
    this.call = call;
    due.raise();
  }

  /** The manager wants to know. */
  void due() {
    due.raise();
  }

  /** Nothing is proved from now on. */
  void close() {
    closed = true;
    due.raise();
  }

  /** Waits until it is to be proved, at most {@code millis} where nothing failed, and does. */
  void round(long millis) throws LinkFailure, InterruptedException {
    boolean asked = due.await(rest.isZero() ? millis : rest.toMillis());
    if (closed || (!asked && rest.isZero())) {
      return;
    }
    rest = after(rest);
    try {
      AttestationChallenge challenge =
          client.post("attest", prover.show(), AttestationChallenge.class, call);
      AttestationAnswer answer = prover.answer(challenge);
      tell(client.post("attested", answer, AttestationVerdict.class, call));
      rest = Duration.ZERO;
      // What was asked for meanwhile was this.
      due.await(0);
    } catch (TpmProver.TpmSilent silent) {
      String sentence = String.valueOf(silent.getMessage());
      refused("The TPM could not be proved to the manager. " + sentence);
      client.post("attest-failed", new AttestationFailure(sentence), Acknowledgement.class, call);
    } catch (LinkFailure.Refused refusal) {
      refused(refusal.said());
    } catch (LinkFailure unheard) {
      rest = Duration.ZERO;
      due.raise();
      throw unheard;
    }
  }

  /** The rest after the next failure. */
  static Duration after(Duration rest) {
    Duration next = rest.isZero() ? FIRST_REST : rest.multipliedBy(2);
    return next.compareTo(LONGEST_REST) > 0 ? LONGEST_REST : next;
  }

  /** For {@code keymoor host doctor} and the log. */
  private void refused(String sentence) {
    prover.told(new AttestationVerdict(false, sentence));
    warn(sentence);
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
