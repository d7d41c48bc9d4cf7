package io.keymoor.manager.domain;

import io.keymoor.manager.domain.model.Cluster;
import io.keymoor.manager.domain.model.Host;
import io.keymoor.manager.domain.port.Stores;
import io.keymoor.provider.catalog.ProviderEntry;
import io.keymoor.provider.catalog.ProviderHealth;
import io.keymoor.provider.catalog.ProviderHealth.OnHost;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;

/** What hosts differ in from what they should be (P4); read once for all of them. */
record Drift(
    ProviderViews views,
    Reported reported,
    Map<UUID, Long> revisions,
    List<ProviderEntry> providers) {
  private static final Duration MOST_SKEW = Duration.ofMinutes(2);

  static Drift of(Stores stores, ProviderViews views) {
    return new Drift(
        views,
        Reported.in(stores),
        stores.estate().clusters().stream()
            .collect(Collectors.toMap(Cluster::id, Cluster::revision)),
        stores.providers().catalog().providers());
  }

  private long revision(Host host) {
    return revisions.getOrDefault(host.clusterId(), host.condition().desiredRevision());
  }

  /** Whether a host has the present revision and yet not every provider it should have. */
  boolean at(Host host) {
    return revision(host) == host.condition().desiredRevision()
        && views.responds(host)
        && providers.stream()
            // Offering it again would change nothing.
            .filter(entry -> host.withheld(entry).isEmpty())
            .map(entry -> views.onHost(entry, host, reported))
            .anyMatch(on ->
                on.presence() != ProviderHealth.Presence.READY
                    && on.presence() != ProviderHealth.Presence.NOT_ALLOWED);
  }

  /** Certificates stop working at times that a wrong clock brings forward. */
  private static Optional<String> clockComplaint(Host host) {
    Duration skew = host.facts().clockSkew();
    return skew.abs().compareTo(MOST_SKEW) <= 0
        ? Optional.empty()
        : Optional.of(
            "The clock of host "
                + host.name()
                + " is "
                + skew.abs().toMinutes()
                + " minutes "
                + (skew.isNegative() ? "behind" : "ahead of")
                + " this manager's. Set it: beyond five minutes certificates are refused");
  }

  /** What is wrong with a host, one sentence each. */
  List<String> complaints(Stores stores, Host host, Instant now) {
    List<String> sentences = new ArrayList<>();
    HostIdentities.complaint(stores, host, now).ifPresent(sentences::add);
    clockComplaint(host).ifPresent(sentences::add);
    if (!views.responds(host)) {
      sentences.add("Host " + host.name() + " does not respond");
      return sentences;
    }
    if (revision(host) < host.condition().desiredRevision()) {
      sentences.add(
          "Host "
              + host.name()
              + " has a newer list of key providers than this manager, whose database was restored"
              + " from an older copy. The host keeps its keys. Restore what is missing here from"
              + " the provider backups first: the next change of any provider makes hosts drop what"
              + " the manager does not have");
    }
    for (ProviderEntry entry : providers) {
      OnHost on = views.onHost(entry, host, reported);
      if (on.presence() == ProviderHealth.Presence.ERROR) {
        sentences.add(
            "Host " + host.name() + " cannot use provider " + entry.name() + ": " + on.detail());
      }
    }
    return sentences;
  }
}
