package io.keymoor.kmip.operation;

import io.keymoor.kmip.codec.ProtocolVersion;
import io.keymoor.kmip.codec.Structure;
import io.keymoor.kmip.codec.Types;
import io.keymoor.kmip.vocabulary.DestroyAction;
import io.keymoor.kmip.vocabulary.RngMode;
import io.keymoor.kmip.vocabulary.ShreddingAlgorithm;
import io.keymoor.kmip.vocabulary.Tag;
import io.keymoor.kmip.vocabulary.UnwrapMode;
import java.util.Optional;

/** What the server is able to (KMIP 2.1 section 7.5). */
public record CapabilityInformation(
    Optional<Boolean> streaming,
    Optional<Boolean> asynchronous,
    Optional<Boolean> attestation,
    Optional<Boolean> batchUndo,
    Optional<Boolean> batchContinue,
    Optional<UnwrapMode> unwrapMode,
    Optional<DestroyAction> destroyAction,
    Optional<ShreddingAlgorithm> shreddingAlgorithm,
    Optional<RngMode> rngMode,
    Optional<Boolean> quantumSafe) {
  public static final Structure<CapabilityInformation> TYPE =
      new Structure<>(fields ->
          new CapabilityInformation(
              fields.optional(
                  Tag.STREAMING_CAPABILITY, Types.BOOLEAN, CapabilityInformation::streaming),
              fields.optional(
                  Tag.ASYNCHRONOUS_CAPABILITY, Types.BOOLEAN, CapabilityInformation::asynchronous),
              fields.optional(
                  Tag.ATTESTATION_CAPABILITY, Types.BOOLEAN, CapabilityInformation::attestation),
              fields
                  .since(ProtocolVersion.V1_4)
                  .optional(
                      Tag.BATCH_UNDO_CAPABILITY, Types.BOOLEAN, CapabilityInformation::batchUndo),
              fields
                  .since(ProtocolVersion.V1_4)
                  .optional(
                      Tag.BATCH_CONTINUE_CAPABILITY,
                      Types.BOOLEAN,
                      CapabilityInformation::batchContinue),
              fields.optional(Tag.UNWRAP_MODE, UnwrapMode.KIND, CapabilityInformation::unwrapMode),
              fields.optional(
                  Tag.DESTROY_ACTION, DestroyAction.KIND, CapabilityInformation::destroyAction),
              fields.optional(
                  Tag.SHREDDING_ALGORITHM,
                  ShreddingAlgorithm.KIND,
                  CapabilityInformation::shreddingAlgorithm),
              fields.optional(Tag.RNG_MODE, RngMode.KIND, CapabilityInformation::rngMode),
              fields
                  .since(ProtocolVersion.V2_0)
                  .optional(
                      Tag.QUANTUM_SAFE_CAPABILITY,
                      Types.BOOLEAN,
                      CapabilityInformation::quantumSafe)));
}
