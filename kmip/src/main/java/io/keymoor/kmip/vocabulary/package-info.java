/**
 * KMIP's words: tags, enumerations, mask bits, and their names in XML and JSON.
 *
 * <p>One class an enumeration; each is open, so that a value from a newer version or a vendor is
 * carried along instead of refused.
 */
@NullMarked
package io.keymoor.kmip.vocabulary;

import org.jspecify.annotations.NullMarked;
