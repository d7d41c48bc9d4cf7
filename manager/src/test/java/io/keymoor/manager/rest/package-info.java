@NullMarked
package io.keymoor.manager.rest;

import org.jspecify.annotations.NullMarked;
