package io.keymoor.manager.domain;

import io.keymoor.manager.domain.model.ProviderOnHost;
import io.keymoor.manager.domain.port.Stores;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** How hosts have providers, as they reported it last; looked up without a search. Immutable. */
public final class Reported {
  private record Place(UUID host, UUID provider) {}

  private final Map<Place, ProviderOnHost> reports = new HashMap<>();

  private Reported(List<ProviderOnHost> all) {
    all.forEach(one -> reports.put(new Place(one.host(), one.provider()), one));
  }

  /** Of all hosts. */
  public static Reported in(Stores stores) {
    return new Reported(stores.estate().providersOnHosts());
  }

  Optional<ProviderOnHost> of(UUID host, UUID provider) {
    return Optional.ofNullable(reports.get(new Place(host, provider)));
  }
}
