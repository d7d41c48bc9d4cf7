/** Commands about virtual machines. */
@NullMarked
package io.keymoor.cli.vm;

import org.jspecify.annotations.NullMarked;
