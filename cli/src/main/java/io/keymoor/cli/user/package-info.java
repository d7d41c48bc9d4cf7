/** Commands about administrators and their roles. */
@NullMarked
package io.keymoor.cli.user;

import org.jspecify.annotations.NullMarked;
