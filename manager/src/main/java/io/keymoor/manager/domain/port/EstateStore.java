package io.keymoor.manager.domain.port;

import io.keymoor.manager.domain.model.Cluster;
import io.keymoor.manager.domain.model.Host;
import io.keymoor.manager.domain.model.HostCondition;
import io.keymoor.manager.domain.model.HostFacts;
import io.keymoor.manager.domain.model.KeyName;
import io.keymoor.manager.domain.model.ProviderOnHost;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** Clusters and hosts. */
public interface EstateStore {
  /** All clusters by name. */
  List<Cluster> clusters();

  /** By name or id. */
  Optional<Cluster> cluster(String nameOrId);

  Optional<Cluster> cluster(UUID id);

  /** False when the name is taken. */
  boolean insert(Cluster cluster);

  /** Gives every cluster a new revision, so that its hosts fetch what they must hold. */
  void newRevisions(Instant now);

  /** All hosts by name. */
  List<Host> hosts();

  /** Those of one cluster, by name. */
  List<Host> hostsIn(UUID cluster);

  /** By name or id. */
  Optional<Host> host(String nameOrId);

  Optional<Host> host(UUID id);

  /** False when the name is taken. */
  boolean insert(Host host);

  /** The host, which nobody else can change until this transaction ends. */
  Optional<Host> lock(UUID host);

  void replaceIdentity(UUID host, Host.Identity identity);

  /** The host is in this cluster from now on. */
  void move(UUID host, UUID cluster);

  /** Removes the host with everything that it reported; tasks stay. */
  void remove(UUID host);

  /** The host was heard of. */
  void seen(UUID host, Instant now);

  void saveFacts(UUID host, HostFacts facts);

  void saveCondition(UUID host, HostCondition condition, List<ProviderOnHost> providers);

  /**
   * Remembers what a host's report was, as a digest of it; false when it was the same before and
   * {@link #forgetReport} was not called since.
   */
  boolean reportedAnew(UUID host, String digest);

  /**
   * What the host reported is changed here otherwise: its next report is to be stored whole. It
   * locks the host as {@link #reportedAnew} does, so call it before its VMs are changed.
   */
  void forgetReport(UUID host);

  /** The KEK of a standard provider that was made for a host's key. */
  Optional<KeyName> hostKek(UUID host);

  /** Remembers the KEK that was made for a host's key. */
  void saveHostKek(UUID host, KeyName key);

  /** Those of all hosts of a cluster. */
  Set<KeyName> hostKeks(UUID cluster);

  /** Whether the host keeps KEKs of standard providers over its restarts (H5). */
  boolean keepsKeys(UUID host);

  /** It does from now on, or no longer. */
  void keepKeys(UUID host, boolean keep);

  /** How hosts have providers, as last reported. */
  List<ProviderOnHost> providersOnHosts();
}
