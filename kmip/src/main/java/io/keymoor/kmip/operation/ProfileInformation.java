package io.keymoor.kmip.operation;

import io.keymoor.kmip.codec.ProtocolVersion;
import io.keymoor.kmip.codec.Structure;
import io.keymoor.kmip.codec.Types;
import io.keymoor.kmip.vocabulary.ProfileName;
import io.keymoor.kmip.vocabulary.Tag;
import io.keymoor.ttlv.Ttlv;
import java.util.Optional;

/** A profile the server follows (KMIP 2.1 section 7.31). */
public record ProfileInformation(
    ProfileName name,
    Optional<Ttlv> version,
    Optional<String> serverUri,
    Optional<Integer> serverPort) {
  public static final Structure<ProfileInformation> TYPE =
      new Structure<>(fields ->
          new ProfileInformation(
              fields.required(Tag.PROFILE_NAME, ProfileName.KIND, ProfileInformation::name),
              fields
                  .since(ProtocolVersion.V2_0)
                  .optional(Tag.PROFILE_VERSION, Types.ANY, ProfileInformation::version),
              fields.optional(Tag.SERVER_URI, Types.TEXT, ProfileInformation::serverUri),
              fields.optional(Tag.SERVER_PORT, Types.INTEGER, ProfileInformation::serverPort)));
}
