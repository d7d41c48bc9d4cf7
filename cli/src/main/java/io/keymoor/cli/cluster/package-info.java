/** Commands about clusters. */
@NullMarked
package io.keymoor.cli.cluster;

import org.jspecify.annotations.NullMarked;
