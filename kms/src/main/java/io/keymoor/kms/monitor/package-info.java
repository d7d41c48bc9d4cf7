/** Metrics and health over HTTP, for the machine itself. */
@NullMarked
package io.keymoor.kms.monitor;

import org.jspecify.annotations.NullMarked;
