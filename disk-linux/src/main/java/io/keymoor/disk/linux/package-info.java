/**
 * What Linux and its OpenSSL offer the encryption engine beyond the Java runtime, through {@code
 * java.lang.foreign}: AES that is faster on many processors, the holes of sparse files, IO
 * priority. All of it can be absent; see docs/decisions/0025.
 */
@NullMarked
package io.keymoor.disk.linux;

import org.jspecify.annotations.NullMarked;
