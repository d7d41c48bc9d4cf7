/** The key providers that this host has, and their keys. */
@NullMarked
package io.keymoor.host.keys;

import org.jspecify.annotations.NullMarked;
