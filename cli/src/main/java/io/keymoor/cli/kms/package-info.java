/** The KMS of a standard key provider: its servers, trust both ways, how it stands. */
@NullMarked
package io.keymoor.cli.kms;

import org.jspecify.annotations.NullMarked;
