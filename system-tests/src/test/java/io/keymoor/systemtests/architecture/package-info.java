/** The dependency rules of docs/architecture.md, held against the compiled classes. */
@NullMarked
package io.keymoor.systemtests.architecture;

import org.jspecify.annotations.NullMarked;
