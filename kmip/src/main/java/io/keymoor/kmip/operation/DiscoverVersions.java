package io.keymoor.kmip.operation;

import io.keymoor.kmip.codec.ProtocolVersion;
import io.keymoor.kmip.codec.Structure;
import io.keymoor.kmip.vocabulary.Operation;
import io.keymoor.kmip.vocabulary.Tag;
import java.util.List;

/**
 * Asks for the versions the server speaks, of those named or of all (KMIP 2.1 section 6.1.16).
 * Answered in order of preference.
 */
public record DiscoverVersions(List<ProtocolVersion> versions)
    implements Request<DiscoverVersions.Result> {
  public static final Structure<DiscoverVersions> TYPE =
      new Structure<>(fields ->
          new DiscoverVersions(
              fields.repeated(Tag.PROTOCOL_VERSION, Versions.TYPE, DiscoverVersions::versions)));

  public DiscoverVersions {
    versions = List.copyOf(versions);
  }

  @Override
  public Operation operation() {
    return Operation.DISCOVER_VERSIONS;
  }

  /** What the server answers. */
  public record Result(List<ProtocolVersion> versions) implements Response {
    public static final Structure<Result> TYPE =
        new Structure<>(fields ->
            new Result(fields.repeated(Tag.PROTOCOL_VERSION, Versions.TYPE, Result::versions)));

    public Result {
      versions = List.copyOf(versions);
    }
  }
}
