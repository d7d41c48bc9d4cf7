/** What theft reports say of each kind of provider. */
@NullMarked
package io.keymoor.manager.domain.overview;

import org.jspecify.annotations.NullMarked;
