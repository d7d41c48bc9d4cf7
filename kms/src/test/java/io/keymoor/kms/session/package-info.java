@NullMarked
package io.keymoor.kms.session;

import org.jspecify.annotations.NullMarked;
