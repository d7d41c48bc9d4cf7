/**
 * The root key, outside the database: it seals the store key, which seals every object's material.
 */
@NullMarked
package io.keymoor.kms.rootkey;

import org.jspecify.annotations.NullMarked;
