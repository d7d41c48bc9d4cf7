/** What is measured, not tested; see benchmarks/bulk.sh. */
@NullMarked
package io.keymoor.manager.benchmark;

import org.jspecify.annotations.NullMarked;
