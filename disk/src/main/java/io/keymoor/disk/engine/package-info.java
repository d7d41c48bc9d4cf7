/**
 * What is done with whole disks: look at them, copy them from one encryption to another, check
 * them, destroy them.
 *
 * <p>{@link io.keymoor.disk.engine.DiskEngine} is the entry. A copy reads, decrypts, encrypts and
 * writes with as many workers as there are cores, each carrying one chunk all the way, so that one
 * worker's cipher runs while another waits for the disk. The source is never written to, and the
 * target is unusable until it is complete.
 */
@NullMarked
package io.keymoor.disk.engine;

import org.jspecify.annotations.NullMarked;
