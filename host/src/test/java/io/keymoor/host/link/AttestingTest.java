package io.keymoor.host.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keymoor.host.config.Enrolment;
import io.keymoor.host.config.HostConfiguration;
import io.keymoor.host.testing.FakeManager;
import io.keymoor.host.testing.TestHost;
import io.keymoor.protocol.AttestationAnswer;
import io.keymoor.protocol.AttestationChallenge;
import io.keymoor.protocol.AttestationClaim;
import io.keymoor.protocol.AttestationVerdict;
import io.keymoor.protocol.TpmBytes;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AttestingTest {
  private static final String REFUSAL = "The TPM is the one of host first. Nothing was changed.";
  private static final long NOT_LONG = 1;

  @TempDir Path path;

  private final FakeManager manager = new FakeManager();
  private final Prover prover = new Prover();
  private LinkClient client;
  private Attesting attesting;

  /** A TPM that shows something, or says why not. */
  private static final class Prover implements TpmProver {
    private final List<String> told = new ArrayList<>();
    private Optional<String> silent = Optional.empty();

    @Override
    public AttestationClaim show() {
      silent.ifPresent(why -> {
        throw new TpmSilent(new IllegalStateException(why));
      });
      TpmBytes anything = new TpmBytes(new byte[] {1});
      return new AttestationClaim(anything, Optional.empty(), anything);
    }

    @Override
    public AttestationAnswer answer(AttestationChallenge challenge) {
      throw new AssertionError("no challenge was given");
    }

    @Override
    public void told(AttestationVerdict verdict) {
      assertThat(verdict.trusted()).isFalse();
      told.add(verdict.sentence());
    }
  }

  @BeforeEach
  void connect() {
    TestHost enrolled = TestHost.enrolled(path.resolve("host"), manager);
    try (HostConfiguration configuration = enrolled.configuration()) {
      Enrolment enrolment = Enrolment.load(enrolled.directory(), configuration);
      client = new LinkClient(enrolment.manager(), enrolment.identity());
    }
    attesting = new Attesting(client, prover, Duration.ofMinutes(1));
  }

  @AfterEach
  void close() {
    client.close();
    manager.close();
  }

  @Test
  void whatTheManagerRefusesIsLeftForTheDoctorAndRestsUntilSomebodyAsks() throws Exception {
    manager.tpms().refuse(REFUSAL);
    attesting.round(NOT_LONG);
    assertThat(prover.told).containsExactly(REFUSAL);
    assertThat(manager.tpms().asked()).isEqualTo(1);

    attesting.due();
    attesting.round(NOT_LONG);
    assertThat(manager.tpms().asked()).as("at once when asked for").isEqualTo(2);
    attesting.close();
    attesting.round(NOT_LONG);
    assertThat(manager.tpms().asked()).as("and not when all ends").isEqualTo(2);
  }

  @Test
  void whyATpmIsSilentIsToldToTheManagerAndLeftForTheDoctor() throws Exception {
    prover.silent = Optional.of("No TPM 2.0 answers.");
    attesting.round(NOT_LONG);
    assertThat(manager.tpms().proved()).containsExactly("No TPM 2.0 answers.");
    assertThat(prover.told).singleElement().asString().endsWith("No TPM 2.0 answers.");
  }

  @Test
  void aManagerThatIsAwayIsTheLinksToWaitForAndThenTheProofIsDueAtOnce() throws Exception {
    manager.goAway();
    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(() -> attesting.round(NOT_LONG)).isInstanceOf(LinkFailure.class);
    }
    assertThat(prover.told).isEmpty();
    manager.comeBack();
    manager.tpms().refuse(REFUSAL);
    attesting.round(NOT_LONG);
    assertThat(manager.tpms().asked()).isEqualTo(1);
  }

  @Test
  void restsDoubleFromAMinuteToAnHour() {
    Duration rest = Duration.ZERO;
    List<Long> minutes = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      rest = Attesting.after(rest);
      minutes.add(rest.toMinutes());
    }
    assertThat(minutes).containsExactly(1L, 2L, 4L, 8L, 16L, 32L, 60L, 60L);
  }
}
