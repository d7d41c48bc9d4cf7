/** Standard providers of a manager against a real KMS and a real database. */
@NullMarked
package io.keymoor.manager.kms;

import org.jspecify.annotations.NullMarked;
