package io.keymoor.host.doctor;

import java.util.List;

/** Looks at one side of a host and changes nothing. */
@FunctionalInterface
interface Check {
  /** What it found, at least one finding. */
  List<Finding> look();
}
