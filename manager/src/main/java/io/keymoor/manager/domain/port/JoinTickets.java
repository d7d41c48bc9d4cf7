package io.keymoor.manager.domain.port;

import io.keymoor.manager.domain.model.JoinTicket;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Join tokens, by the hash of their secret. */
public interface JoinTickets {
  void insert(JoinTicket ticket);

  /** The newest first. */
  List<JoinTicket> all();

  /** The one with this hash, which nobody else can use until this transaction ends. */
  Optional<JoinTicket> lock(String hash);

  /** Stores that it was used. */
  void use(UUID ticket, JoinTicket.Use use);

  /** False when there is none. */
  boolean remove(UUID ticket);

  /** Forgets those that expired before {@code then}. */
  void forget(Instant then);
}
