package io.keymoor.host.link;

import io.keymoor.protocol.DesiredState;
import io.keymoor.protocol.HeldKeys;
import io.keymoor.protocol.HostHello;
import io.keymoor.protocol.HostKek;
import io.keymoor.protocol.HostReport;
import io.keymoor.protocol.KeyUpdate;
import java.util.Optional;
import java.util.UUID;

/** What the link asks and tells its host. Thread-safe. */
public interface LinkedHost {
  /** What to say first. */
  HostHello hello();

  /** The cluster it is in; told with every greeting, since it may have been moved. */
  void inCluster(UUID cluster);

  /** The state of the host now. */
  HostReport report();

  /** Revision of the desired state that is applied; 0 for none. */
  long desiredRevision();

  /**
   * Applies a desired state.
   *
   * @throws RuntimeException when it can't; the link logs it and asks again later
   */
  void apply(DesiredState desired);

  /** Which KEKs of standard providers it has. */
  HeldKeys heldKeys();

  /**
   * Applies an update of its keys.
   *
   * @throws RuntimeException when it can't; the link logs it and asks again later
   */
  void apply(KeyUpdate update);

  /** The TPM that seals its configuration, for the manager to believe in; absent without one. */
  Optional<TpmProver> tpm();

  /** The KEK under which it shall make its host key, when it has none; told with every report. */
  void hostKek(HostKek kek);
}
