/**
 * A KMS for tests of the whole: two real nodes on one PostgreSQL, their administrator, and a wire
 * between them and the manager that a test can spoil.
 */
@NullMarked
package io.keymoor.systemtests.kms;

import org.jspecify.annotations.NullMarked;
