package io.keymoor.kmip.codec;

/**
 * A structure's declaration: lists its fields in the order of the wire and makes the record.
 *
 * <p>Reading, a field's function is not called and its value comes from the message. Writing, it is
 * called on the record, and what the layout returns is thrown away. So a layout must do nothing but
 * name fields and construct.
 */
@FunctionalInterface
public interface Layout<R> {
  R of(Fields<R> fields);
}
