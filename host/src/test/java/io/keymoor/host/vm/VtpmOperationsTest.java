package io.keymoor.host.vm;

import static org.assertj.core.api.Assertions.assertThat;

import io.keymoor.protocol.CommandOutcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VtpmOperationsTest {
  private TestHost host;

  @BeforeEach
  void makeHost(@TempDir Path directory) {
    host = new TestHost(directory);
    host.defineVm();
    host.remember();
  }

  @AfterEach
  void close() {
    host.close();
  }

  @Test
  void aVtpmsStateIsInTheHomeAndGoesWithIt() throws IOException {
    host.succeed(TestHost.addVtpm());
    assertThat(host.partsEncrypted()).containsExactly("home");
    assertThat(host.report().vtpm()).isTrue();
    Path link = host.swtpm.resolve(TestHost.VM.toString());
    assertThat(Files.readSymbolicLink(link))
        .isEqualTo(host.datastore.resolve("web01.keymoor/vtpm"));
    Files.createDirectory(link.resolve("tpm2"));
    CommandOutcome.Succeeded removed = host.succeed(TestHost.removeVtpm());
    assertThat(removed.warnings()).anySatisfy(w -> assertThat(w).contains("BitLocker"));
    assertThat(host.files()).containsExactly("web01-data.qcow2", "web01.img");
    assertThat(Files.exists(link, java.nio.file.LinkOption.NOFOLLOW_LINKS)).isFalse();
  }

  @Test
  void aVtpmLeavesTheHomeEncryptedWhenDisksAre() {
    host.succeed(TestHost.encrypt("disk:vda"));
    host.succeed(TestHost.addVtpm());
    host.succeed(TestHost.removeVtpm());
    assertThat(host.partsEncrypted()).containsExactly("home", "disk:vda");
    assertThat(host.definition().tpm()).isEmpty();
  }

  @Test
  void aVtpmsStateIsRemovedWithoutFollowingLinksInIt() throws IOException {
    host.succeed(TestHost.addVtpm());
    Path elsewhere = Files.createDirectory(host.datastore.resolveSibling("elsewhere"));
    Files.writeString(elsewhere.resolve("precious"), "kept");
    Path state = host.datastore.resolve("web01.keymoor/vtpm");
    Files.writeString(Files.createDirectory(state.resolve("tpm2")).resolve("tpm2-00"), "state");
    Files.createSymbolicLink(state.resolve("tpm2/link"), elsewhere);
    host.succeed(TestHost.removeVtpm());
    assertThat(host.files()).containsExactly("web01-data.qcow2", "web01.img");
    assertThat(elsewhere.resolve("precious")).hasContent("kept");
  }

  @Test
  void aVtpmWhoseStateWasReplacedByALinkIsNotStarted() throws IOException {
    host.succeed(TestHost.addVtpm());
    Path elsewhere = Files.createDirectory(host.datastore.resolveSibling("elsewhere"));
    Files.createSymbolicLink(host.datastore.resolve("web01.keymoor/vtpm/tpm2"), elsewhere);
    assertThat(host.fail(TestHost.start()).code()).isEqualTo("vtpm_state_replaced");
  }

  @Test
  void onAnotherHostTheVtpmsStateIsLinkedAtTheStart() {
    host.succeed(TestHost.addVtpm());
    Path link = host.swtpm.resolve(TestHost.VM.toString());
    TestHost.delete(link);
    host.succeed(TestHost.start());
    assertThat(link).isSymbolicLink();
  }

  @Test
  void aVmWhoseVtpmStateIsGoneIsNotStartedWithAnEmptyOne() {
    host.succeed(TestHost.addVtpm());
    TestHost.delete(host.datastore.resolve("web01.keymoor/vtpm"));
    assertThat(host.fail(TestHost.start()).code()).isEqualTo("vtpm_state_missing");
    assertThat(host.domain().active()).isFalse();
  }
}
