/**
 * The project's cryptography, as pure functions over {@link io.keymoor.secret.SecretBytes}.
 *
 * <ul>
 *   <li>{@link io.keymoor.crypto.KeyDerivation} and {@link io.keymoor.crypto.AesKeyWrap}: the key
 *       hierarchy KDK, KEK, DEK.
 *   <li>{@link io.keymoor.crypto.SealedBox} and {@link io.keymoor.crypto.SealedFile}: secrets at
 *       rest under a key of ours.
 *   <li>{@link io.keymoor.crypto.PassphraseKey}: a key from a passphrase.
 *   <li>{@link io.keymoor.crypto.Hpke}: secrets on their way to one recipient.
 *   <li>{@link io.keymoor.crypto.ProviderBackup}: the PKCS#12 file an administrator keeps.
 *   <li>{@link io.keymoor.crypto.CertificateAuthority} and {@link io.keymoor.crypto.TlsIdentity}:
 *       mutual TLS.
 * </ul>
 *
 * <p>Algorithms come from the JDK; Bouncy Castle only encodes what the JDK cannot (certificates,
 * certification requests, PKCS#12 secret bags) or computes (Argon2id), and is used in this module
 * alone. Sizes and algorithms are fixed, none is negotiated.
 */
@NullMarked
package io.keymoor.crypto;

import org.jspecify.annotations.NullMarked;
