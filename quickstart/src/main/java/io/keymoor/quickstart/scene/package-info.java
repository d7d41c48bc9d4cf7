/**
 * What the steps of the quickstart share: {@link io.keymoor.quickstart.scene.Scene} is a private
 * libvirt host, a manager and an agent in processes of their own, and a guest.
 */
@NullMarked
package io.keymoor.quickstart.scene;

import org.jspecify.annotations.NullMarked;
