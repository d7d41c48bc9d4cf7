/**
 * What every command stands on: the options they share, the session with terminal and manager, the
 * way a task is followed and the way a failure ends.
 */
@NullMarked
package io.keymoor.cli.command;

import org.jspecify.annotations.NullMarked;
