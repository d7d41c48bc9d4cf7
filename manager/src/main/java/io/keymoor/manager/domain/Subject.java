package io.keymoor.manager.domain;

import io.keymoor.manager.domain.model.ObjectRef;
import io.keymoor.provider.KeyId;
import io.keymoor.provider.catalog.ProviderEntry;
import java.util.Optional;

/**
 * What an audit event is about.
 *
 * @param action such as "vm.encrypt"
 * @param object what it is done to
 * @param provider name of the provider involved
 * @param keyId the key involved
 */
public record Subject(
    String action, Optional<ObjectRef> object, Optional<String> provider, Optional<String> keyId) {

  public static Subject of(String action) {
    return new Subject(action, Optional.empty(), Optional.empty(), Optional.empty());
  }

  /** About something known by the name in the request only. */
  public static Subject named(String action, String type, String name) {
    return of(action).on(new ObjectRef(type, "", name));
  }

  public Subject on(ObjectRef what) {
    return new Subject(action, Optional.of(what), provider, keyId);
  }

  public Subject with(ProviderEntry entry) {
    return new Subject(action, object, Optional.of(entry.name().text()), keyId);
  }

  public Subject with(KeyId key) {
    return new Subject(action, object, provider, Optional.of(key.text()));
  }

  /** About a provider. */
  public static Subject about(String action, ProviderEntry entry) {
    return of(action)
        .on(new ObjectRef("provider", entry.id().toString(), entry.name().text()))
        .with(entry);
  }
}
