@NullMarked
package io.keymoor.host.doctor;

import org.jspecify.annotations.NullMarked;
