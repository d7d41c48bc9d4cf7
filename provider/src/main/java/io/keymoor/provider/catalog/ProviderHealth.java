package io.keymoor.provider.catalog;

import java.util.ArrayList;
import java.util.List;

/**
 * Health of a provider (P5), with the reasons in words.
 *
 * @param state the worst of the reasons
 * @param details one sentence each; empty when all is well
 */
public record ProviderHealth(State state, List<String> details) {
  /** vSphere's states. */
  public enum State {
    NONE,
    OK,
    WARNING,
    ERROR
  }

  /**
   * How a host has a provider.
   *
   * @param host its name
   * @param presence whether it can use it
   * @param detail why not, in a sentence
   */
  public record OnHost(String host, Presence presence, String detail) {}

  /** Whether a host can use a provider. */
  public enum Presence {
    READY,
    PENDING,
    NOT_ALLOWED,
    ERROR
  }

  public ProviderHealth {
    details = List.copyOf(details);
  }

  /**
   * Judges: an error on a host is an error; no backup, or a host that does not have it yet, is a
   * warning; a host that may not have it by the TPM constraint is as it should be.
   */
  public static ProviderHealth of(ProviderEntry entry, List<OnHost> hosts) {
    List<String> details = new ArrayList<>();
    State state = State.OK;
    if (entry.kind() instanceof ProviderEntry.Native it && it.backedUp().isEmpty()) {
      state = State.WARNING;
      details.add("Not backed up: nothing may be encrypted with it before a backup.");
    }
    for (OnHost host : hosts) {
      switch (host.presence()) {
        case READY, NOT_ALLOWED -> {}
        case PENDING -> {
          state = state == State.ERROR ? State.ERROR : State.WARNING;
          details.add("Host " + host.host() + " does not have it yet" + suffix(host));
        }
        case ERROR -> {
          state = State.ERROR;
          details.add("Host " + host.host() + " cannot use it" + suffix(host));
        }
      }
    }
    return new ProviderHealth(state, details);
  }

  /** This and another judgement; the worse state of the two. */
  public ProviderHealth and(ProviderHealth other) {
    List<String> both = new ArrayList<>(details);
    both.addAll(other.details);
    return new ProviderHealth(state.compareTo(other.state) >= 0 ? state : other.state, both);
  }

  private static String suffix(OnHost host) {
    return host.detail().isEmpty() ? "." : ": " + host.detail();
  }
}
