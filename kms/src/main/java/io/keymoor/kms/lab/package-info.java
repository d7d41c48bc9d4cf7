/** A KMS of several nodes in one process, and one of another maker, for trials and tests. */
@NullMarked
package io.keymoor.kms.lab;

import org.jspecify.annotations.NullMarked;
