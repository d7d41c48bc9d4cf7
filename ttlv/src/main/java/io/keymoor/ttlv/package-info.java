/**
 * KMIP's encodings: binary TTLV, XML and JSON behind one reader and one writer.
 *
 * <p>A message is walked with a {@link io.keymoor.ttlv.TtlvReader} cursor and built with a {@link
 * io.keymoor.ttlv.TtlvWriter}; which encoding stands behind them is chosen once, with {@link
 * io.keymoor.ttlv.Encoding}. Everything a peer sends is checked against {@link
 * io.keymoor.ttlv.Limits} before memory is taken for it, and every refusal is a {@link
 * io.keymoor.ttlv.MalformedTtlv}. This package knows no KMIP messages: names of tags and
 * enumerations come in through {@link io.keymoor.ttlv.Names}.
 */
@NullMarked
package io.keymoor.ttlv;

import org.jspecify.annotations.NullMarked;
