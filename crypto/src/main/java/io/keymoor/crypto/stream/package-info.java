/**
 * Sealed streams: files of any length that whoever has a public key or a password can write at the
 * speed of AES-GCM, and of which a reader notices every change, every cut and every exchange.
 */
@NullMarked
package io.keymoor.crypto.stream;

import org.jspecify.annotations.NullMarked;
