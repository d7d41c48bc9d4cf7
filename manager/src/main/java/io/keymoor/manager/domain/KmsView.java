package io.keymoor.manager.domain;

import io.keymoor.manager.domain.model.KmsCheck;
import io.keymoor.manager.domain.model.KmsSettings;
import io.keymoor.provider.catalog.ProviderHealth;
import io.keymoor.provider.catalog.ProviderHealth.State;
import io.keymoor.provider.standard.KmsServer;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A standard provider's KMS as it was set up, and how its servers stood at the last look.
 *
 * @param settings how it is reached
 * @param checks what the last look found
 */
public record KmsView(KmsSettings settings, List<KmsCheck> checks) {
  /** How long before its end a certificate is complained about (S5). */
  private static final Duration AHEAD = Duration.ofDays(30);

  public KmsView {
    checks = List.copyOf(checks);
  }

  /** What the last look found of a server. */
  public Optional<KmsCheck> check(KmsServer server) {
    return checks.stream()
        .filter(it ->
            it.health().server().host().equals(server.host())
                && it.health().server().port() == server.port())
        .findFirst();
  }

  /** Judges: no server that answers is an error; one that does not is a warning (P5). */
  ProviderHealth health(Instant now) {
    List<String> details = new ArrayList<>();
    State state = State.OK;
    int failing = 0;
    for (KmsServer server : settings.servers()) {
      Optional<KmsCheck> check = check(server);
      if (check.isEmpty()) {
        details.add("Server " + server.name() + " was not looked at yet.");
        state = State.WARNING;
      } else if (check.get().health().failing().isPresent()) {
        failing++;
        state = State.WARNING;
        details.add(
            "Server "
                + server.name()
                + " fails at "
                + check.get().health().failing().get().text()
                + ": "
                + check.get().health().sentence()
                + ".");
      }
      Optional<Instant> expiry = check.flatMap(it -> it.health().certificateExpiry());
      if (expiry.filter(end -> isNear(end, now)).isPresent()) {
        state = State.WARNING;
        details.add(
            "The certificate of server "
                + server.name()
                + " is valid until "
                + day(expiry.get())
                + ": have it renewed, and confirm the new one if this one was confirmed itself.");
      }
    }
    Instant own = settings.identity().certificate().getNotAfter().toInstant();
    if (isNear(own, now)) {
      state = State.WARNING;
      details.add(
          "The manager's own certificate for this KMS is valid until "
              + day(own)
              + ": renew it with keymoor provider identity.");
    }
    return new ProviderHealth(failing == settings.servers().size() ? State.ERROR : state, details);
  }

  private static boolean isNear(Instant end, Instant now) {
    return end.isBefore(now.plus(AHEAD));
  }

  private static String day(Instant when) {
    return when.atOffset(ZoneOffset.UTC).toLocalDate().toString();
  }
}
