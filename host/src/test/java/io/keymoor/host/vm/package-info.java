/** Operations on VMs, over real images and a libvirt that remembers definitions. */
@NullMarked
package io.keymoor.host.vm;

import org.jspecify.annotations.NullMarked;
