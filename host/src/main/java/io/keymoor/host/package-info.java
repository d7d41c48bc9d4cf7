/** The agent beside libvirtd: wiring and command line. */
@NullMarked
package io.keymoor.host;

import org.jspecify.annotations.NullMarked;
