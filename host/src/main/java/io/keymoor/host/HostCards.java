package io.keymoor.host;

import io.keymoor.protocol.HostHello;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps this host's card beside its agent's socket, for {@code keymoor host address}.
 *
 * @param runtime the agent's runtime directory
 * @param host the host's id
 * @param name its name
 * @param reach how VMs come to it; without it there is no card
 */
record HostCards(Path runtime, UUID host, String name, Optional<HostHello.Reach> reach) {
  private static final Logger LOG = LoggerFactory.getLogger(HostCards.class);

  /**
   * The agent starts, perhaps without its manager.
   *
   * @param joined the cluster that the host joined; the manager may have said another one since
   */
  void open(UUID joined) {
    UUID cluster = joined;
    try {
      if (Files.exists(HostCard.in(runtime))) {
        try (InputStream in = Files.newInputStream(HostCard.in(runtime))) {
          cluster =
              HostCard.read(in)
                  .filter(card -> card.host().equals(host))
                  .map(HostCard::cluster)
                  .orElse(joined);
        }
      }
    } catch (IOException unreadable) {
      LOG.debug("The former address is written anew", unreadable);
    }
    in(cluster);
  }

  /** The manager says in which cluster the host is. */
  void in(UUID cluster) {
    try {
      if (reach.isEmpty()) {
        Files.deleteIfExists(HostCard.in(runtime));
      } else {
        HostHello.Reach how = reach.get();
        new HostCard(cluster, host, name, how.libvirtUri(), how.address())
            .write(HostCard.in(runtime));
      }
    } catch (IOException | UncheckedIOException failure) {
      LOG.warn("The host's address for migrations was not written: {}", failure.getMessage());
    }
  }
}
