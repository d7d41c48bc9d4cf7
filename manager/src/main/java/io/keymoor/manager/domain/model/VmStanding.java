package io.keymoor.manager.domain.model;

import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * What bulk work must know of a VM, read for thousands at once.
 *
 * @param id its id
 * @param name its name
 * @param host the host that has it
 * @param present whether that host listed it in its last report
 * @param encrypted whether any part is encrypted
 * @param providers the providers of its encrypted parts
 * @param lockedReason why its keys can't be had
 */
public record VmStanding(
    UUID id,
    String name,
    UUID host,
    boolean present,
    boolean encrypted,
    Set<UUID> providers,
    Optional<String> lockedReason) {
  public VmStanding {
    providers = Set.copyOf(providers);
  }

  /** Whether all of it is under this provider. */
  public boolean isUnder(UUID provider) {
    return providers.equals(Set.of(provider));
  }

  /** What tasks and audit events call it. */
  public ObjectRef ref() {
    return new ObjectRef("vm", id.toString(), name);
  }
}
