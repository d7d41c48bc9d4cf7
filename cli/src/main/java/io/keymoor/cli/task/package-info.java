/** Commands about long work. */
@NullMarked
package io.keymoor.cli.task;

import org.jspecify.annotations.NullMarked;
