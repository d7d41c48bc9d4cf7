/**
 * AES-XTS over bulk buffers (IEEE 1619, NIST SP 800-38E), built on the JDK's {@code
 * AES/ECB/NoPadding}: one call of the cipher covers many sectors, so that its vector instructions
 * stay busy, and the tweaks are XORed as longs around it.
 */
@NullMarked
package io.keymoor.disk.xts;

import org.jspecify.annotations.NullMarked;
