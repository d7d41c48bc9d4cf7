package io.keymoor.host.dump;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.keymoor.crypto.KeyDerivation;
import io.keymoor.host.testing.SecretForms;
import io.keymoor.hypervisor.Domain;
import io.keymoor.hypervisor.DomainDefinition;
import io.keymoor.hypervisor.Hypervisor;
import io.keymoor.provider.IssuedKey;
import io.keymoor.provider.KeyId;
import io.keymoor.provider.NativeKeyProvider;
import io.keymoor.provider.ProviderName;
import io.keymoor.provider.ProviderReference;
import io.keymoor.provider.ProviderType;
import io.keymoor.provider.record.KeyEntry;
import io.keymoor.provider.record.KeyRecord;
import io.keymoor.provider.record.KeyRecordCodec;
import io.keymoor.provider.record.PartKeys;
import io.keymoor.provider.record.RecordKeys;
import io.keymoor.secret.ClearBytes;
import io.keymoor.secret.SecretBytes;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;

class SupportBundleTest {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final UUID LAB = UUID.fromString("aaaaaaaa-0000-4000-8000-000000000001");
  private static final UUID VM = UUID.fromString("6f1c1f5e-6a65-4f3c-9d5b-0c7a3f1b2e4d");
  private static final byte[] KDK = kdk();

  private static byte[] kdk() {
    byte[] kdk = new byte[32];
    Arrays.fill(kdk, (byte) 7);
    return kdk;
  }

  @Test
  void theKeysOfAVmAreNotInABundleThatHoldsItsDefinitionAndRecord() throws IOException {
    List<byte[]> secrets = new ArrayList<>();
    DomainDefinition web =
        DomainDefinition.parse(
                "<domain type='kvm'><name>web01</name><uuid>" + VM + "</uuid><devices/></domain>")
            .withKeyRecord(record(secrets));
    ByteArrayOutputStream zipped = new ByteArrayOutputStream();

    new SupportBundle(Map.of(), with(new Domain(VM, "web01", Domain.Power.OFF, web)), List.of())
        .writeTo(zipped);

    ByteArrayOutputStream clear = new ByteArrayOutputStream();
    try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(zipped.toByteArray()))) {
      while (zip.getNextEntry() != null) {
        zip.transferTo(clear);
      }
    }
    assertThat(clear.toString(UTF_8)).contains("web01", "key-1");
    assertThat(secrets).as("KEK, DEK, passphrase").hasSize(3);
    for (byte[] secret : secrets) {
      SecretForms.assertAbsent(clear.toByteArray(), secret);
    }
  }

  private static Hypervisor with(Domain domain) {
    return (Hypervisor)
        Proxy.newProxyInstance(
            Hypervisor.class.getClassLoader(),
            new Class<?>[] {Hypervisor.class},
            (_, method, _) -> {
              assertThat(method.getName()).isEqualTo("domains");
              return List.of(domain);
            });
  }

  /** The record of a VM with one encrypted disk, and its KEK, DEK and passphrase. */
  private static String record(List<byte[]> secrets) {
    ProviderReference lab =
        new ProviderReference(LAB, new ProviderName("lab"), ProviderType.NATIVE);
    try (NativeKeyProvider provider =
            new NativeKeyProvider(lab, SecretBytes.takeOver(KDK.clone()));
        IssuedKey kek = provider.key(new KeyId("key-1"));
        SecretBytes dek = SecretBytes.random(32, RANDOM);
        SecretBytes passphrase = KeyDerivation.luksPassphrase(dek)) {
      for (SecretBytes secret : List.of(kek.kek(), dek, passphrase)) {
        secrets.add(ClearBytes.<byte[], RuntimeException>read(secret, byte[]::clone));
      }
      KeyEntry entry =
          RecordKeys.wrap(
              VM, "disk:vda", 1, kek, dek, Instant.EPOCH, UUID.randomUUID(), Optional.empty());
      KeyRecord record =
          new KeyRecord(
              VM,
              KeyRecord.ObjectType.VM,
              "web01",
              1,
              Instant.EPOCH,
              List.of(PartKeys.encrypted("disk:vda", entry)),
              List.of());
      return KeyRecordCodec.write(
          RecordKeys.seal(record, RecordKeys.with(kek, _ -> kek.kek().copy())));
    }
  }
}
