/**
 * How the command line looks, decided in one place: tables for people, JSON for scripts, progress
 * on terminals, plain lines elsewhere, colours only where somebody sees them.
 *
 * <p>Results go to standard output; progress, warnings and errors to standard error, so that a
 * script can read the one and a person the other.
 */
@NullMarked
package io.keymoor.cli.output;

import org.jspecify.annotations.NullMarked;
