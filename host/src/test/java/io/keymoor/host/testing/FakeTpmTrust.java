package io.keymoor.host.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.keymoor.protocol.Acknowledgement;
import io.keymoor.protocol.AttestationAnswer;
import io.keymoor.protocol.AttestationChallenge;
import io.keymoor.protocol.AttestationClaim;
import io.keymoor.protocol.AttestationFailure;
import io.keymoor.protocol.AttestationVerdict;
import io.keymoor.protocol.LinkJson;
import io.keymoor.protocol.TpmBytes;
import io.keymoor.tpm.credential.AttestationKey;
import io.keymoor.tpm.credential.Challenge;
import io.keymoor.tpm.credential.EndorsementKey;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** Challenges TPMs as a manager does, and trusts those that answer. Thread-safe. */
public final class FakeTpmTrust {
  private final SecureRandom random = new SecureRandom();
  private final List<String> proved = new CopyOnWriteArrayList<>();
  private byte[] secret = new byte[0];
  private String key = "";
  private final AtomicInteger asked = new AtomicInteger();
  private volatile Optional<String> refusal = Optional.empty();

  /** What is refused with these words. */
  static final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Refused(String sentence) {
      super(sentence);
    }

    byte[] body() {
      return ("{\"code\":\"tpm_refused\",\"detail\":\"" + getMessage() + "\"}").getBytes(UTF_8);
    }
  }

  /** Challenges none from now on, with these words. */
  public void refuse(String sentence) {
    refusal = Optional.of(sentence);
  }

  /** How often a challenge was asked for. */
  public int asked() {
    return asked.get();
  }

  synchronized byte[] answer(String call, byte[] body) {
    if (call.equals("attest")) {
      asked.incrementAndGet();
      refusal.ifPresent(sentence -> {
        throw new Refused(sentence);
      });
    }
    return LinkJson.write(
        switch (call) {
          case "attest" -> challenge(LinkJson.read(body, AttestationClaim.class));
          case "attested" -> verdict(LinkJson.read(body, AttestationAnswer.class));
          default -> {
            proved.add(LinkJson.read(body, AttestationFailure.class).sentence());
            yield new Acknowledgement();
          }
        });
  }

  private AttestationChallenge challenge(AttestationClaim claim) {
    EndorsementKey endorsement = EndorsementKey.parse(claim.endorsementKey().toArray());
    key = endorsement.fingerprint();
    secret = new byte[Challenge.SECRET_BYTES];
    random.nextBytes(secret);
    Challenge challenge =
        Challenge.of(
            endorsement, AttestationKey.parse(claim.attestationKey().toArray()), secret, random);
    return new AttestationChallenge(
        new TpmBytes(challenge.credential()), new TpmBytes(challenge.seed()));
  }

  private AttestationVerdict verdict(AttestationAnswer answer) {
    boolean right = answer.secret().equals(new TpmBytes(secret));
    proved.add(right ? key : "a wrong answer");
    return new AttestationVerdict(right, right ? "" : "It answered wrongly.");
  }

  /** Fingerprints of the endorsement keys that were proved, and what else came instead. */
  public List<String> proved() {
    return proved;
  }
}
