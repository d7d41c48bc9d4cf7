/**
 * The manager's state in PostgreSQL: Flyway's migrations, one class per port of {@code
 * io.keymoor.manager.domain.port}, and the embedded server that is used unless an external one is
 * configured. All SQL of the manager is here.
 */
@NullMarked
package io.keymoor.manager.store;

import org.jspecify.annotations.NullMarked;
