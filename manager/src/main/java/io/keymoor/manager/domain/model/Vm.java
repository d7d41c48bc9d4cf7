package io.keymoor.manager.domain.model;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * A libvirt domain as its host reported it last.
 *
 * @param id its libvirt UUID
 * @param name its name
 * @param host the host it is on
 * @param power off, running, paused or other
 * @param parts its home and disks
 * @param vtpm whether it has a virtual TPM
 * @param lockedReason why its keys can't be had
 * @param generation generation of its key record; 0 without one
 * @param keyRecord its key record; the manager's copy is an index only
 * @param concerns what an administrator should see to
 */
public record Vm(
    UUID id,
    String name,
    UUID host,
    String power,
    List<PartState> parts,
    boolean vtpm,
    Optional<String> lockedReason,
    long generation,
    Optional<String> keyRecord,
    List<VmConcern> concerns) {
  public Vm {
    parts = List.copyOf(parts);
    concerns = List.copyOf(concerns);
  }

  /** How much of it is encrypted: none, home_only, partial or full. */
  public String encryption() {
    List<String> encrypted =
        parts.stream().filter(PartState::encrypted).map(PartState::part).toList();
    if (encrypted.isEmpty()) {
      return "none";
    }
    if (encrypted.size() == parts.size()) {
      return "full";
    }
    return encrypted.equals(List.of("home")) ? "home_only" : "partial";
  }

  /** The providers of its encrypted parts. */
  public Set<UUID> providers() {
    return parts.stream()
        .filter(PartState::encrypted)
        .flatMap(part -> part.provider().stream())
        .collect(Collectors.toUnmodifiableSet());
  }

  /** What tasks and audit events call it. */
  public ObjectRef ref() {
    return new ObjectRef("vm", id.toString(), name);
  }
}
