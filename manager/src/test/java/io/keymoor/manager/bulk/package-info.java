/** Bulk work over the real interfaces: REST, the host link, PostgreSQL. */
@NullMarked
package io.keymoor.manager.bulk;

import org.jspecify.annotations.NullMarked;
