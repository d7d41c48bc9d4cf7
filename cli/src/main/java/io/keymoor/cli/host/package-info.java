/** Commands about hosts. */
@NullMarked
package io.keymoor.cli.host;

import org.jspecify.annotations.NullMarked;
