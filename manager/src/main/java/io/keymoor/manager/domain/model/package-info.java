/** What a manager knows: plain values without behaviour of their own. */
@NullMarked
package io.keymoor.manager.domain.model;

import org.jspecify.annotations.NullMarked;
