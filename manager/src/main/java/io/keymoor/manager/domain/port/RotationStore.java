package io.keymoor.manager.domain.port;

import io.keymoor.manager.domain.model.Rotation;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Rotations of wrapping keys; a row is the task, there is no other queue. */
public interface RotationStore {
  /** Stores one; a provider has one at a time that has not ended. */
  void insert(Rotation rotation);

  Optional<Rotation> find(UUID id);

  /** The one of this provider that has not ended. */
  Optional<Rotation> open(UUID provider);

  /** The newest first. */
  List<Rotation> newest(int limit);

  /** One that has not ended and that nobody is at work on, who has it alone until then. */
  Optional<Rotation> drive(Instant now, Instant until);

  /** Stores how it stands; nobody but its driver takes it up before {@code until}. */
  void update(Rotation rotation, Instant until);
}
