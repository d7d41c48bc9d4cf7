package io.keymoor.provider.standard;

import io.keymoor.kmip.attribute.Attribute;
import io.keymoor.kmip.attribute.AttributeTypes;
import io.keymoor.kmip.attribute.Name;
import io.keymoor.provider.KeyPurpose;
import io.keymoor.provider.standard.KeyLedger.Intent;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * What is written on a key for the administrator of the KMS (S4), and the mark by which it is found
 * again when the answer to its Create was lost. The mark has to be in the Create itself, so a KMS
 * that takes no custom attributes there gets it as a name, and one that takes no name either goes
 * without.
 */
enum Tags {
  /** Custom attributes. */
  CUSTOM,
  /** The mark as the key's name. */
  NAME,
  /** Nothing: what vCenter sends, which every KMS takes. */
  NONE;

  static final String MARK = "x-Request";
  static final String PROVIDER = "x-Provider";
  static final String OBJECT_NAME = "x-Name";
  private static final String VENDOR = "Keymoor";

  /** What goes into the Create. */
  Attribute<?>[] in(Intent intent, UUID provider) {
    return switch (this) {
      case CUSTOM -> {
        List<Attribute<?>> all = new ArrayList<>();
        all.add(mark(intent.mark()));
        all.addAll(describing(intent.purpose(), provider));
        yield all.toArray(Attribute<?>[]::new);
      }
      case NAME -> new Attribute<?>[] {name(intent.mark())};
      case NONE -> new Attribute<?>[0];
    };
  }

  static Attribute<?> mark(UUID mark) {
    return Attribute.custom(MARK, mark.toString());
  }

  static Attribute<?> name(UUID mark) {
    return Attribute.of(AttributeTypes.NAME, Name.of("keymoor-" + mark));
  }

  /** By which all keys of a provider are found, whoever made them. */
  static Attribute<?> provider(UUID provider) {
    return Attribute.custom(PROVIDER, provider.toString());
  }

  /** As vCenter describes its keys, and of which provider they are. */
  static List<Attribute<?>> describing(KeyPurpose purpose, UUID provider) {
    return List.of(
        provider(provider),
        Attribute.custom("x-Product_Version", "1"),
        Attribute.custom("x-Vendor", VENDOR),
        Attribute.custom("x-Product", VENDOR),
        Attribute.custom("x-Identifier", purpose.object().toString()),
        Attribute.custom("x-Component", component(purpose.kind())),
        Attribute.custom(OBJECT_NAME, purpose.name()));
  }

  private static String component(KeyPurpose.Kind kind) {
    return switch (kind) {
      case VIRTUAL_MACHINE -> "Virtual Machine";
      case HOST -> "Host";
      case DATASTORE_DEVICE -> "Datastore Device";
      case KEY_PROVIDER -> "Key Provider";
    };
  }

  /** The next plainer way. */
  Tags plainer() {
    return switch (this) {
      case CUSTOM -> NAME;
      case NAME, NONE -> NONE;
    };
  }
}
