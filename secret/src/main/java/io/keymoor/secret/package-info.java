/**
 * Erasable key bytes.
 *
 * <p>Key material lives in {@link io.keymoor.secret.SecretBytes}: outside the Java heap (so the
 * garbage collector never leaves copies behind), locked into RAM and left out of core dumps where
 * the system allows it, and zeroed on close. Clear bytes leave through exactly one door, {@link
 * io.keymoor.secret.ClearBytes}; whoever wants to know who sees keys searches for that name.
 */
@NullMarked
package io.keymoor.secret;

import org.jspecify.annotations.NullMarked;
