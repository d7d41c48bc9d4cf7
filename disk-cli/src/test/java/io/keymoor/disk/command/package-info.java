@NullMarked
package io.keymoor.disk.command;

import org.jspecify.annotations.NullMarked;
