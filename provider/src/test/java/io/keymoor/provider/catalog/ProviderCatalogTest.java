package io.keymoor.provider.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keymoor.crypto.KeyCheckValue;
import io.keymoor.provider.ProviderException;
import io.keymoor.provider.ProviderName;
import io.keymoor.provider.catalog.ProviderHealth.OnHost;
import io.keymoor.provider.catalog.ProviderHealth.Presence;
import io.keymoor.provider.catalog.ProviderHealth.State;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProviderCatalogTest {
  private static final Instant NOW = Instant.parse("2026-11-24T08:00:00Z");
  private static final UUID CLUSTER = new UUID(9, 9);

  @Test
  void thirtyTwoProvidersFitAndTheThirtyThirdIsRefused() {
    ProviderCatalog catalog = ProviderCatalog.empty();
    for (int i = 1; i <= 32; i++) {
      catalog = catalog.add(entry(i, "p" + i));
    }
    ProviderCatalog full = catalog;
    assertThatThrownBy(() -> full.add(entry(33, "p33")))
        .isInstanceOf(ProviderException.LimitReached.class)
        .hasMessageContaining("32 key providers");
  }

  @Test
  void namesAreUniqueWhateverTheirCaseAndStayTakenAfterARename() {
    ProviderCatalog catalog = ProviderCatalog.empty().add(entry(1, "lab"));
    assertThatThrownBy(() -> catalog.add(entry(2, "LAB")))
        .isInstanceOf(ProviderException.NameTaken.class);
    ProviderCatalog renamed = catalog.rename(id(1), new ProviderName("prod"));
    assertThatThrownBy(() -> renamed.add(entry(2, "lab")))
        .isInstanceOf(ProviderException.NameTaken.class)
        .hasMessageContaining("was the name of another");
    assertThat(renamed.require("lab").id()).isEqualTo(id(1));
    assertThat(renamed.rename(id(1), new ProviderName("lab")).require("prod").name())
        .isEqualTo(new ProviderName("lab"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " lab",
        "lab ",
        "a\nb",
        "a/b",
        "6f1c1f5e-6a65-4f3c-9d5b-0c7a3f1b2e4d",
        "123456789012345678901234567890123456789012345678901234567890123456789012345678901"
      })
  void impossibleNamesAreRefused(String name) {
    assertThatThrownBy(() -> new ProviderName(name))
        .isInstanceOf(ProviderException.InvalidName.class);
  }

  @Test
  void nothingMayBeUsedBeforeItsBackup() {
    ProviderCatalog catalog = ProviderCatalog.empty().add(entry(1, "lab"));
    assertThatThrownBy(() -> catalog.forUse(Optional.of("lab"), Optional.empty()))
        .isInstanceOf(ProviderException.NotBackedUp.class)
        .hasMessageContaining("keymoor provider backup lab --file lab.p12");
    ProviderEntry usable =
        catalog.backedUp(id(1), NOW).forUse(Optional.of("lab"), Optional.empty());
    assertThat(ProviderCatalog.requireNative(usable, "backup").backedUp()).contains(NOW);
  }

  @Test
  void theClustersDefaultOverridesTheManagersAndDeletingLeavesNone() {
    ProviderCatalog catalog =
        ProviderCatalog.empty()
            .add(entry(1, "one"))
            .add(entry(2, "two"))
            .backedUp(id(1), NOW)
            .backedUp(id(2), NOW)
            .withDefault(id(1), Optional.empty())
            .withDefault(id(2), Optional.of(CLUSTER));
    assertThat(catalog.forUse(Optional.empty(), Optional.of(CLUSTER)).id()).isEqualTo(id(2));
    assertThat(catalog.forUse(Optional.empty(), Optional.of(new UUID(8, 8))).id()).isEqualTo(id(1));
    ProviderCatalog without = catalog.remove(id(1)).remove(id(2));
    assertThat(without.managerDefault()).isEmpty();
    assertThat(without.clusterDefaults()).isEmpty();
    assertThatThrownBy(() -> without.forUse(Optional.empty(), Optional.of(CLUSTER)))
        .isInstanceOf(ProviderException.NoDefault.class);
  }

  @Test
  void unknownProvidersAreNamedInTheError() {
    assertThatThrownBy(() -> ProviderCatalog.empty().require("nope"))
        .isInstanceOf(ProviderException.NotFound.class)
        .hasMessageContaining("\"nope\"");
  }

  @Test
  void aRestoreIsCreatedUnchangedOrRefusedWithItsOwnReason() {
    ProviderCatalog catalog = ProviderCatalog.empty().add(entry(1, "lab"));
    assertThat(catalog.planRestore(entry(2, "other")).effect())
        .isEqualTo(RestorePlan.Effect.CREATED);
    assertThat(catalog.planRestore(entry(1, "lab")).effect())
        .isEqualTo(RestorePlan.Effect.UNCHANGED);
    assertThatThrownBy(() -> catalog.planRestore(entry(2, "lab")))
        .isInstanceOf(ProviderException.NameHasOtherKey.class);
    assertThatThrownBy(() -> catalog.planRestore(withKey(entry(1, "x"), "ffffffffffffffff")))
        .isInstanceOf(ProviderException.IdHasOtherKey.class);
  }

  @Test
  void healthNamesTheHostAndTheReason() {
    ProviderEntry backedUp =
        entry(1, "lab")
            .with(
                new ProviderEntry.Native(
                    false, new KeyCheckValue("0000000000000001"), Optional.of(NOW)));
    assertThat(
            ProviderHealth.of(
                backedUp,
                List.of(
                    new OnHost("h1", Presence.READY, ""),
                    new OnHost("h2", Presence.NOT_ALLOWED, "no TPM"))))
        .isEqualTo(new ProviderHealth(State.OK, List.of()));
    assertThat(ProviderHealth.of(entry(1, "lab"), List.of()).state()).isEqualTo(State.WARNING);
    assertThat(
            ProviderHealth.of(
                backedUp,
                List.of(
                    new OnHost("h1", Presence.ERROR, "wrong key."),
                    new OnHost("h2", Presence.PENDING, ""))))
        .isEqualTo(
            new ProviderHealth(
                State.ERROR,
                List.of("Host h1 cannot use it: wrong key.", "Host h2 does not have it yet.")));
  }

  private static ProviderEntry withKey(ProviderEntry entry, String check) {
    return new ProviderEntry(
        entry.id(),
        entry.name(),
        entry.formerNames(),
        new ProviderEntry.Native(false, new KeyCheckValue(check), Optional.empty()),
        entry.created());
  }

  private static ProviderEntry entry(int number, String name) {
    return withKey(
        new ProviderEntry(
            id(number),
            new ProviderName(name),
            List.of(),
            new ProviderEntry.Standard(new ProviderEntry.KeyPerObject()),
            NOW),
        String.format("%016x", number));
  }

  private static UUID id(int number) {
    return new UUID(1, number);
  }
}
