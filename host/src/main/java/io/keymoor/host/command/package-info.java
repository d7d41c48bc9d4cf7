/**
 * Commands of the manager on this host: a durable journal, and who executes them.
 *
 * <p>A command is stored before it runs and its outcome before it is sent; both go when the manager
 * acknowledged the outcome. So a command runs to completion once, however often it is delivered and
 * however often the agent is killed.
 */
@NullMarked
package io.keymoor.host.command;

import org.jspecify.annotations.NullMarked;
