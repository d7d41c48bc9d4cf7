/** The Debian package and its systemd units. */
@NullMarked
package io.keymoor.systemtests.packaging;

import org.jspecify.annotations.NullMarked;
