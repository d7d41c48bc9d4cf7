/** Brings the tables of a database up to date, and looks first whether they are. */
@NullMarked
package io.keymoor.database;

import org.jspecify.annotations.NullMarked;
