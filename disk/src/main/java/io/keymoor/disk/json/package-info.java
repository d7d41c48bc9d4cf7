/**
 * The little JSON that LUKS2 headers are written in: whole numbers, strings, lists, objects.
 *
 * <p>A reader of its own, because the module stands on the JDK alone and the text comes from
 * strangers: its depth and length are bounded, a key that comes twice is damage, and what is no
 * JSON is refused with its position.
 */
@NullMarked
package io.keymoor.disk.json;

import org.jspecify.annotations.NullMarked;
