/**
 * {@code keymoor disk}: the encryption engine on files of this machine, without manager and host.
 *
 * <p>Results go to standard output; progress, and what is wrong in one sentence, to standard error.
 * Exit codes: 0 done, 1 failed, 2 wrong usage. Keys come from a file or standard input, never from
 * the command line, where every process of the machine could read them.
 */
@NullMarked
package io.keymoor.disk.command;

import org.jspecify.annotations.NullMarked;
