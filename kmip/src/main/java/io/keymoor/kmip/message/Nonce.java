package io.keymoor.kmip.message;

import io.keymoor.kmip.codec.ByteString;
import io.keymoor.kmip.codec.Structure;
import io.keymoor.kmip.codec.Types;
import io.keymoor.kmip.vocabulary.Tag;

/** A server's nonce for attestation (KMIP 2.1 section 9.14). */
public record Nonce(ByteString id, ByteString value) {
  public static final Structure<Nonce> TYPE =
      new Structure<>(fields ->
          new Nonce(
              fields.required(Tag.NONCE_ID, Types.BYTES, Nonce::id),
              fields.required(Tag.NONCE_VALUE, Types.BYTES, Nonce::value)));
}
