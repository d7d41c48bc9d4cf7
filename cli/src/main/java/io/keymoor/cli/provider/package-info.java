/** Commands about key providers. */
@NullMarked
package io.keymoor.cli.provider;

import org.jspecify.annotations.NullMarked;
