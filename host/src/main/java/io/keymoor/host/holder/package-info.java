/**
 * The key holder: a small process of its own that keeps what the agent gives it while the agent
 * restarts, is updated or is killed (R6), and nothing longer than the host runs.
 *
 * <p>What it is given are sealed boxes under the host configuration's key, which it does not have:
 * neither its memory nor its socket ever shows a key. It stands on the JDK and {@code secret}
 * alone, so that its class path and its heap are small.
 *
 * <pre>
 *   DIRECTORY/socket   Unix stream socket, mode 0600, in a directory of mode 0700
 *   DIRECTORY/lock     held by the one holder of the directory
 *
 *   both sides first send   "KMKH" version(1)
 *   request                 operation(1) count(4) count times: entry
 *   answer                  1(1) count(4) count times: entry
 *   entry                   name length(2) name value length(2) value
 *
 *   'L' list: answers names with empty values      'G' get: answers all
 *   'P' put: entries                               'D' drop: names with empty values
 * </pre>
 *
 * <p>Numbers are big-endian. A side that hears anything else closes the connection.
 */
@NullMarked
package io.keymoor.host.holder;

import org.jspecify.annotations.NullMarked;
