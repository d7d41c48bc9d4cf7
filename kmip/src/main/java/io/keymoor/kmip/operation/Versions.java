package io.keymoor.kmip.operation;

import io.keymoor.kmip.codec.ProtocolVersion;
import io.keymoor.kmip.codec.Structure;
import io.keymoor.kmip.codec.Type;
import io.keymoor.kmip.codec.Types;
import io.keymoor.kmip.vocabulary.Tag;

/** The structure Protocol Version (KMIP 2.1 section 9.16). */
public final class Versions {
  private static final Structure<ProtocolVersion> STRUCTURE =
      new Structure<>(fields ->
          ProtocolVersion.of(
              fields.integer(Tag.PROTOCOL_VERSION_MAJOR, ProtocolVersion::major),
              fields.integer(Tag.PROTOCOL_VERSION_MINOR, ProtocolVersion::minor)));

  /** A version. */
  public static final Type<ProtocolVersion> TYPE = Types.of(STRUCTURE::read, STRUCTURE::write);

  private Versions() {}
}
