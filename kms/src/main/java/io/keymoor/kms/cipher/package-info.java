/**
 * Cryptographic operations with managed keys, on the JDK's algorithms: ciphers, signatures, MACs,
 * key forms, wrapping, derivation.
 */
@NullMarked
package io.keymoor.kms.cipher;

import org.jspecify.annotations.NullMarked;
