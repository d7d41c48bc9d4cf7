package io.keymoor.ttlv;

import java.util.List;

/**
 * An item of an XML or JSON message: what it is, and where in the message its value stands. Values
 * stay in the one array the message came in, so that a key's digits can be zeroed with it.
 *
 * @param tag tag
 * @param type type
 * @param from first byte of the value, still escaped
 * @param to behind its last byte
 * @param children the items of a structure
 */
record TextItem(int tag, TtlvType type, int from, int to, List<TextItem> children) {}
