package io.keymoor.kmip.operation;

import io.keymoor.kmip.codec.Structure;
import io.keymoor.kmip.codec.Types;
import io.keymoor.kmip.vocabulary.Tag;
import java.util.List;

/** Kinds of storage a new object may be kept in, each a mask of its own (KMIP 2.1 section 7.33). */
public record ProtectionStorageMasks(List<Integer> masks) {
  public static final Structure<ProtectionStorageMasks> TYPE =
      new Structure<>(fields ->
          new ProtectionStorageMasks(
              fields.repeated(
                  Tag.PROTECTION_STORAGE_MASK,
                  Types.mask(Tag.PROTECTION_STORAGE_MASK),
                  ProtectionStorageMasks::masks)));

  public ProtectionStorageMasks {
    masks = List.copyOf(masks);
  }
}
