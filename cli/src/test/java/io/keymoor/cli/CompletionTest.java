package io.keymoor.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.keymoor.cli.command.NewFile;
import io.keymoor.cli.output.Terminal;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CompletionTest {
  @TempDir Path directory;

  @Test
  void bashAcceptsTheCompletionAndItKnowsTheCommands() throws Exception {
    String script = output("completion");
    Path file = Files.writeString(directory.resolve("completion.bash"), script);
    Process bash =
        new ProcessBuilder("bash", "-c", "source \"$1\" && complete -p keymoor", "bash", "" + file)
            .redirectErrorStream(true)
            .start();
    String said = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(bash.waitFor()).as(said).isZero();
    assertThat(script).contains("set-default", "--accept-older-record");
  }

  @Test
  void everyCommandHasHelp() {
    assertThat(output("provider", "backup", "--help"))
        .contains("Usage: keymoor provider backup", "--password-file", "--context");
    assertThat(output("--help")).contains("keymoor quickstart");
    assertThat(output("--version")).startsWith("keymoor ");
  }

  @Test
  void backupsAreForTheirOwnerOnly() throws Exception {
    Path file = directory.resolve("x.p12");
    NewFile.write(file, new byte[] {1});
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(directory).isDirectoryNotContaining(path -> path.toString().contains("/.x.p12"));
  }

  private String output(String... arguments) {
    StringWriter out = new StringWriter();
    PrintWriter writer = new PrintWriter(out);
    Terminal terminal = Terminal.ofStreams(InputStream.nullInputStream(), writer, writer);
    int exit = KeymoorCli.run(terminal, Map.of(), directory, InstantSource.system(), arguments);
    assertThat(exit).isZero();
    return out.toString();
  }
}
