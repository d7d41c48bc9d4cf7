/**
 * What an administrator looks at: who uses which key (A5), and what is wrong (A4). Stores nothing.
 */
@NullMarked
package io.keymoor.manager.domain.overview;

import org.jspecify.annotations.NullMarked;
