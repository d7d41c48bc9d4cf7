/**
 * Standard key providers: KEKs in an external KMS that speaks KMIP.
 *
 * <p>{@link io.keymoor.provider.standard.KmsAccess} says where a KMS is and who we are to it;
 * {@link io.keymoor.provider.standard.StandardKeyProvider} issues and fetches keys there. Whoever
 * keeps the {@link io.keymoor.provider.standard.KeyLedger} knows of every key that was ever asked
 * for, also of those whose answer was lost.
 */
@NullMarked
package io.keymoor.provider.standard;

import org.jspecify.annotations.NullMarked;
