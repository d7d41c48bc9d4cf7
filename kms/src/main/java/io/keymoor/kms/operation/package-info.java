/**
 * KMIP's operations: one class for each family of them, each method one operation, and the batch
 * that runs them.
 */
@NullMarked
package io.keymoor.kms.operation;

import org.jspecify.annotations.NullMarked;
