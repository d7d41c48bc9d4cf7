package io.keymoor.protocol;

import java.util.List;

/**
 * Everything a host must hold, whole: what is missing here is removed from the host, together with
 * its cached keys (of running VMs: at their power-off).
 *
 * @param revision grows with every change of the state of this host's cluster
 * @param providers the providers of this host's cluster, in creation order
 * @param keepKeys whether KEKs of standard providers shall outlive a restart of this host, under
 *     its TPM (H5)
 */
public record DesiredState(long revision, List<ProviderAssignment> providers, boolean keepKeys) {
  public DesiredState {
    providers = List.copyOf(providers);
  }

  /** Of a host that keeps no keys over its restarts. */
  public DesiredState(long revision, List<ProviderAssignment> providers) {
    this(revision, providers, false);
  }
}
