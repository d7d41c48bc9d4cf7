package io.keymoor.provider.standard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keymoor.crypto.TlsIdentity;
import io.keymoor.kms.lab.CuttingProxy;
import io.keymoor.kms.lab.ForeignKms;
import io.keymoor.provider.IssuedKey;
import io.keymoor.provider.KeyId;
import io.keymoor.provider.KeyPurpose;
import io.keymoor.provider.ProviderException;
import io.keymoor.provider.ProviderName;
import io.keymoor.provider.ProviderReference;
import io.keymoor.provider.ProviderType;
import io.keymoor.provider.testing.NotingLedger;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against Debian's python3-pykmip, which takes no custom attributes and knows no Add Attribute. */
class ForeignKmsTest {
  private static final String OPERATION = "Processing operation: ";
  private static final ProviderReference REFERENCE =
      new ProviderReference(new UUID(0, 8), new ProviderName("foreign"), ProviderType.STANDARD);

  @TempDir private Path directory;

  @Test
  void keysAreMadeFetchedAndFoundAgainInAKmsOfAnotherMaker() throws IOException {
    ForeignKms.unavailableReason().ifPresent(reason -> Assumptions.assumeTrue(false, reason));
    try (ForeignKms kms = ForeignKms.started(directory)) {
      talk(kms, kms.newIdentity("keymoor"));
      assertThat(messages(kms.log()))
          .as(
              "it reads no Activate without an id, and takes many requests in a message all the same")
          .contains(Collections.nCopies(5, "Create"), Collections.nCopies(5, "Activate"));
    }
  }

  private static void talk(ForeignKms kms, TlsIdentity us) {
    NotingLedger ledger = new NotingLedger();
    try (CuttingProxy network = new CuttingProxy(kms.address());
        StandardKeyProvider foreign = provider(kms.name(), us, kms.authority(), ledger);
        StandardKeyProvider cut = provider(network.place(), us, kms.authority(), ledger)) {
      assertThat(foreign.health().getFirst().failing()).isEmpty();
      // The first shows what it does not take.
      foreign.issueKey(purpose()).close();
      List<KeyId> ids =
          foreign.issueKeys(IntStream.range(0, 5).mapToObj(i -> purpose()).toList()).stream()
              .map(issue -> {
                try (IssuedKey key = ((Issue.Issued) issue).key()) {
                  return key.id();
                }
              })
              .toList();
      try (FoundKeys found = foreign.keys(ids)) {
        assertThat(found.missing()).isEmpty();
        assertThat(found.notes()).isEmpty();
        assertThat(found.keys()).hasSize(5);
      }
      assertThatThrownBy(() -> foreign.issueWrappingKey(purpose(), new SecureRandom()))
          .isInstanceOf(ProviderException.KeyNotIssued.class)
          .hasMessageContaining("its KMS can't wrap keys under one that stays inside")
          .hasMessageContaining("without --wrap-in-kms");
      KeyId missing = new KeyId("4711");
      try (FoundKeys found = foreign.keys(List.of(missing))) {
        assertThat(found.missing().get(missing)).contains("no server of the KMS knows it");
      }
      // It learns what this KMS takes before the answer is lost.
      cut.issueKey(purpose()).close();
      cut.issueKey(purpose()).close();
      network.loseAnswers(true);
      assertThat(cut.issueKeys(List.of(purpose())).getFirst()).isInstanceOf(Issue.Unknown.class);
      assertThat(foreign.find(ledger.unanswered().getFirst())).as("by its name").hasSize(1);
      assertThat(foreign.destroy(ids)).isEmpty();
    }
  }

  /** The operations of every message that it got, as its log has them. */
  private static List<List<String>> messages(Path log) throws IOException {
    List<List<String>> messages = new ArrayList<>();
    for (String line : Files.readAllLines(log)) {
      int operation = line.indexOf(OPERATION);
      if (line.contains("Received request at time")) {
        messages.add(new ArrayList<>());
      } else if (operation >= 0) {
        messages.getLast().add(line.substring(operation + OPERATION.length()));
      }
    }
    return messages;
  }

  private static KeyPurpose purpose() {
    return new KeyPurpose(KeyPurpose.Kind.VIRTUAL_MACHINE, new UUID(0, 1), "web01");
  }

  private static StandardKeyProvider provider(
      String place, TlsIdentity us, X509Certificate authority, NotingLedger ledger) {
    return new StandardKeyProvider(
        REFERENCE,
        new KmsAccess(
            List.of(KmsServer.at(place)),
            KmsAccess.Order.ROUND_ROBIN,
            Duration.ofSeconds(60),
            List.of(authority),
            Optional.of(new KmsAccess.Identity(us.key(), List.of(us.certificate()))),
            Optional.empty()),
        ledger);
  }
}
