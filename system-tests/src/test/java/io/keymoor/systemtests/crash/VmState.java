package io.keymoor.systemtests.crash;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.keymoor.hypervisor.DomainDefinition;
import io.keymoor.quickstart.scene.DiskProof;
import io.keymoor.quickstart.scene.FileSearch;
import io.keymoor.quickstart.scene.Guest;
import io.keymoor.quickstart.scene.Scene;
import io.keymoor.systemtests.testing.Lab;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** What must hold of the lab's VM between operations, whatever happened before. */
final class VmState {
  private final Lab lab;
  private final Guest guest;

  VmState(Lab lab) {
    this.lab = lab;
    this.guest = lab.scene().guest();
  }

  boolean encrypted() {
    return definition().keyRecord().isPresent();
  }

  boolean hasTpm() {
    return definition().tpm().isPresent();
  }

  boolean running() {
    return lab.scene().hypervisor().domain(guest.name()).orElseThrow().active();
  }

  /**
   * The definition, its image and its key record belong together, the image opens with the key that
   * the provider's backup gives, and nothing of any operation is left over.
   */
  void requireWhole() {
    assertThat(entries(lab.scene().places().host().resolve("operations"))).isEmpty();
    assertThat(lab.scene().hypervisor().secrets()).isEmpty();
    if (encrypted()) {
      requireEncryptedWhole();
    } else {
      assertThat(entries()).containsExactly(name(guest.disk()));
      assertThat(FileSearch.contains(guest.disk(), guest.markerBytes().orElseThrow())).isTrue();
    }
    awaitManagerToKnow();
  }

  private void requireEncryptedWhole() {
    Path home = lab.scene().places().datastore().resolve(guest.name() + ".keymoor");
    assertThat(entries())
        .containsExactlyInAnyOrder(name(guest.disk()), name(guest.sidecar()), name(home));
    String record = definition().keyRecord().orElseThrow();
    assertThat(text(guest.sidecar())).isEqualTo(record);
    assertThat(text(home.resolve("record.json"))).isEqualTo(record);
    DiskProof proof = new DiskProof(lab.scene());
    proof.requireNoMarkerInDatastore();
    if (!running()) {
      proof.requireOpensWithKeyFromBackup();
    }
  }

  /** What the manager shows is what is there. */
  private void awaitManagerToKnow() {
    lab.scene()
        .expect()
        .until(
            "the manager knows whether the parts are encrypted",
            () -> {
              JsonNode vm = lab.client().vm(guest.name());
              return vm.path("crypto_state").asText().equals("unlocked")
                  && parts(vm).allMatch(part -> part.path("encrypted").asBoolean() == encrypted());
            });
  }

  private static Stream<JsonNode> parts(JsonNode vm) {
    return StreamSupport.stream(vm.path("parts").spliterator(), false);
  }

  private DomainDefinition definition() {
    Scene scene = lab.scene();
    return scene.hypervisor().domain(guest.name()).orElseThrow().definition();
  }

  /** Leases are beside the VM, and stay. */
  private List<String> entries() {
    return entries(lab.scene().places().datastore()).stream()
        .filter(name -> !name.equals(".keymoor"))
        .toList();
  }

  private static List<String> entries(Path directory) {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.map(VmState::name).toList();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private static String text(Path file) {
    try {
      return new String(Files.readAllBytes(file), UTF_8);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private static String name(Path file) {
    return String.valueOf(file.getFileName());
  }
}
