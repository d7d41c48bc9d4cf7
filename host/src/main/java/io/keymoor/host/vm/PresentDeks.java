package io.keymoor.host.vm;

import io.keymoor.provider.record.KeyEntry;
import io.keymoor.provider.record.KeyRecord;
import io.keymoor.provider.record.RecordKeys;
import io.keymoor.secret.SecretBytes;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The DEKs that open a VM as it is. */
final class PresentDeks {
  private PresentDeks() {}

  /** The DEKs of these parts, owned by the caller; all or none. */
  static Map<String, SecretBytes> of(VmTools tools, KeyRecord record, List<String> parts) {
    Map<String, SecretBytes> deks = new LinkedHashMap<>();
    try {
      for (String part : parts) {
        KeyEntry entry = record.current(part).orElseThrow();
        deks.put(part, RecordKeys.unwrap(record.objectId(), part, entry, tools.keys()));
      }
      return deks;
    } catch (RuntimeException e) {
      deks.values().forEach(SecretBytes::close);
      throw e;
    }
  }
}
