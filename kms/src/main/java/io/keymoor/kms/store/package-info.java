/**
 * What the KMS keeps, in PostgreSQL.
 *
 * <p>All SQL is here. Writes of many callers go into one transaction ({@link
 * io.keymoor.kms.store.GroupCommit}); none is acknowledged before it is durable.
 */
@NullMarked
package io.keymoor.kms.store;

import org.jspecify.annotations.NullMarked;
