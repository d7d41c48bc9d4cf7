/**
 * Work on thousands of objects as one task (docs/decisions/0011).
 *
 * <ul>
 *   <li>{@link io.keymoor.manager.domain.bulk.Bulks}: what people ask for: start, resume, cancel,
 *       results per object.
 *   <li>{@link io.keymoor.manager.domain.bulk.ProviderChange}: the pre-flight of moving everything
 *       to another provider.
 *   <li>{@link io.keymoor.manager.domain.bulk.BulkDriver}: what the manager does by itself until a
 *       bulk task has ended, in steps that may each be cut short.
 * </ul>
 */
@NullMarked
package io.keymoor.manager.domain.bulk;

import org.jspecify.annotations.NullMarked;
