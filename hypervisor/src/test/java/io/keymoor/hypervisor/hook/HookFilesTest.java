package io.keymoor.hypervisor.hook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keymoor.hypervisor.Lab;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HookFilesTest {
  private static final StartListener NOBODY =
      new RecordingListener(definition -> new Verdict.Allow());

  @TempDir Path directory;

  private final String lateDomain = Lab.paperDomain("late").xml();

  @Test
  void theFirstHookOfAHostNeedsARestartOfLibvirt() throws IOException {
    StartHook.Installed first = StartHook.install(hooks(), directory);
    StartHook.Installed again = StartHook.install(hooks(), directory);

    assertThat(first.libvirtNeedsRestart()).isTrue();
    assertThat(again.libvirtNeedsRestart()).isFalse();
    assertThat(again.script()).isEqualTo(hooks().resolve("qemu.d/keymoor")).isExecutable();
    assertThat(Files.readString(again.script())).doesNotContain("@");
  }

  @Test
  void otherHooksStayAsTheyAre() throws IOException {
    Path other = Files.createDirectories(hooks()).resolve("qemu");
    Files.writeString(other, "#!/bin/sh\n");
    assertThat(other.toFile().setExecutable(true)).isTrue();

    assertThat(StartHook.install(hooks(), directory).libvirtNeedsRestart()).isFalse();
    assertThat(other).hasContent("#!/bin/sh\n");
  }

  @Test
  void aForeignFileOfTheSameNameIsNeverReplaced() throws IOException {
    Path foreign = Files.createDirectories(hooks().resolve("qemu.d")).resolve("keymoor");
    Files.writeString(foreign, "mine");

    assertThatThrownBy(() -> StartHook.install(hooks(), directory))
        .isInstanceOf(StartHook.ForeignHook.class)
        .hasMessageContaining("it was left as it was");
    assertThat(foreign).hasContent("mine");
  }

  @Test
  void aDirectoryThatOthersMayEnterIsRefused() throws IOException {
    Path open = Files.createDirectory(directory.resolve("open"));
    Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxr-xr-x"));

    assertThatThrownBy(() -> HookServer.open(open, NOBODY))
        .hasMessageContaining("it must be a directory of this user's with mode 0700");
  }

  @Test
  void aHookThatGaveUpLeavesNothingPrepared() throws IOException {
    RecordingListener agent = new RecordingListener(definition -> new Verdict.Allow());
    try (HookServer server = HookServer.open(directory.resolve("x"), agent)) {
      assertThat(server).isNotNull();
      Path request = Files.createDirectory(directory.resolve("x/new"));
      Files.writeString(request.resolve("operation"), "prepare");
      Files.writeString(request.resolve("domain.xml"), Lab.paperDomain("gone").xml());
      Files.move(request, directory.resolve("x/requests/request.1"));

      Lab.await().until(() -> !agent.released.isEmpty());
      assertThat(agent.released).isEqualTo(agent.asked);
      Lab.await().until(() -> Files.notExists(directory.resolve("x/requests/request.1")));
    }
  }

  @Test
  void aReleaseThatComesLateLeavesTheNextStartAlone() throws IOException {
    RecordingListener agent = new RecordingListener(definition -> new Verdict.Allow());
    try (HookServer server = HookServer.open(directory.resolve("x"), agent)) {
      assertThat(server).isNotNull();
      Instant release = Instant.parse("2026-11-25T10:00:00Z");
      Path start = request("prepare", release.plusMillis(4));
      Files.writeString(start.resolve("answer"), "");
      Files.move(start, directory.resolve("x/requests/request.2"));
      Lab.await().until(() -> agent.asked.size() == 1);

      Path late =
          Files.move(request("release", release), directory.resolve("x/requests/request.1"));
      Lab.await().until(() -> Files.notExists(late));
      assertThat(agent.released).as("of the start before").isEmpty();

      Files.move(
          request("release", release.plusSeconds(9)), directory.resolve("x/requests/request.3"));
      Lab.await().until(() -> !agent.released.isEmpty());
      assertThat(agent.released).isEqualTo(agent.asked);
      // As the hook does when it has its answer.
      for (String name : List.of("answer", "operation", "domain.xml", "")) {
        Files.deleteIfExists(directory.resolve("x/requests/request.2").resolve(name));
      }
    }
  }

  private Path request(String operation, Instant asked) throws IOException {
    Path request = Files.createDirectory(directory.resolve("x/new"));
    Files.writeString(request.resolve("operation"), operation);
    Files.writeString(request.resolve("domain.xml"), lateDomain);
    Files.setLastModifiedTime(request.resolve("operation"), FileTime.from(asked));
    return request;
  }

  @Test
  void aRequestThatIsTooLargeIsRefusedUnread() throws IOException {
    RecordingListener agent = new RecordingListener(definition -> new Verdict.Allow());
    try (HookServer server = HookServer.open(directory.resolve("x"), agent)) {
      assertThat(server).isNotNull();
      Path request = Files.createDirectory(directory.resolve("x/new"));
      Files.writeString(request.resolve("operation"), "prepare");
      Files.writeString(request.resolve("domain.xml"), " ".repeat(5_000_000));
      Files.writeString(request.resolve("answer"), "");
      Path published = Files.move(request, directory.resolve("x/requests/request.1"));

      Lab.await().until(() -> Files.notExists(published));
      assertThat(agent.asked).isEmpty();
    }
  }

  private Path hooks() {
    return directory.resolve("hooks");
  }
}
