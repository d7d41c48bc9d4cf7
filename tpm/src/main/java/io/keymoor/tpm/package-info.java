/**
 * Small secrets sealed by a TPM 2.0.
 *
 * <p>{@link io.keymoor.tpm.Tpm#seal} turns up to 128 bytes into a blob for a file; {@link
 * io.keymoor.tpm.Tpm#unseal} turns it back on the same machine only, and, if asked for, only while
 * the machine booted the same way ({@link io.keymoor.tpm.PcrSelection}).
 *
 * <pre>{@code
 * Tpm tpm = new Tpm(Tpm.DEVICE);
 * Files.write(file, tpm.seal(key, PcrSelection.NONE));
 * try (SecretBytes again = tpm.unseal(Files.readAllBytes(file))) { ... }
 * }</pre>
 *
 * <p>{@link io.keymoor.tpm.Tpm#endorsement} and {@link io.keymoor.tpm.Tpm#answer} convince somebody
 * elsewhere that the TPM is one; what they check with is in {@link io.keymoor.tpm.credential}.
 *
 * <p>It needs Debian's {@code tpm2-tools}. Every failure is a {@link io.keymoor.tpm.TpmException}
 * whose sentence says what to do.
 */
@NullMarked
package io.keymoor.tpm;

import org.jspecify.annotations.NullMarked;
