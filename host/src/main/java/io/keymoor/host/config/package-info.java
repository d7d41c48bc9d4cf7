/**
 * What a host remembers, encrypted at rest: its identity, its providers' keys, what it has seen.
 */
@NullMarked
package io.keymoor.host.config;

import org.jspecify.annotations.NullMarked;
