package io.keymoor.host.link;

import java.net.URI;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether the manager answers, told in the log once when that changes: an agent that works alone
 * for a month must not fill the disk with the news. Thread-safe.
 */
final class Reachability {
  private static final Logger LOG = LoggerFactory.getLogger(Reachability.class);

  private final URI manager;
  private boolean reachable;
  private boolean told;

  Reachability(URI manager) {
    this.manager = manager;
  }

  synchronized void answered() {
    if (!reachable) {
      reachable = true;
      told = true;
      LOG.info("Connected with the manager at {}.", manager);
    }
  }

  synchronized void failed(String reason) {
    if (reachable || !told) {
      reachable = false;
      told = true;
      LOG.warn(
          "The manager at {} can't be reached: {}. VMs run and start without it; tries again.",
          manager,
          reason);
    }
  }
}
