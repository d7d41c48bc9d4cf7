/**
 * The {@code keymoor} command: picocli commands, one class each, over the manager's REST API.
 *
 * <p>It knows nothing of the product but that API. {@link io.keymoor.cli.KeymoorCli} is the main
 * class.
 */
@NullMarked
package io.keymoor.cli;

import org.jspecify.annotations.NullMarked;
