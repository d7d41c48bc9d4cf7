/** TLS connections: accepted, limited, timed, and served one message after another. */
@NullMarked
package io.keymoor.kms.session;

import org.jspecify.annotations.NullMarked;
