/**
 * {@code keymoor host doctor}: looks at a host, changes nothing, and says line by line what is
 * right and exactly what to do about the rest. Every check reads the system below a root directory,
 * which is {@code /} but in tests.
 */
@NullMarked
package io.keymoor.host.doctor;

import org.jspecify.annotations.NullMarked;
