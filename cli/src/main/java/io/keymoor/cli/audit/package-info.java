/** Commands about the audit trail. */
@NullMarked
package io.keymoor.cli.audit;

import org.jspecify.annotations.NullMarked;
