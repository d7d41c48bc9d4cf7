package io.keymoor.host.vm;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Names of backing files are whatever somebody wrote into a header. */
class ImageUseTest {
  private TestHost host;
  private Path template = Path.of("");

  @BeforeEach
  void aTemplate(@TempDir Path directory) {
    host = new TestHost(directory);
    template = host.qcow2("template.qcow2", 1);
  }

  @AfterEach
  void close() {
    host.close();
  }

  /** A VM on an image whose header names this as its backing file. */
  private boolean needsTemplate(String name) throws IOException {
    Files.deleteIfExists(host.datastore.resolve("clone.qcow2"));
    Path image = host.qcow2("clone.qcow2", 2);
    byte[] bytes = Files.readAllBytes(image);
    byte[] text = name.getBytes(US_ASCII);
    int at = 4096;
    ByteBuffer.wrap(bytes).putLong(8, at).putInt(16, text.length).put(at, text);
    Files.write(image, bytes);
    host.define(TestHost.VM, "web01", TestHost.disk("vda", image, "qcow2", ""));
    return ImageUse.needs(host.definition(), template);
  }

  @Test
  void aNameIsFollowed() throws IOException {
    assertThat(needsTemplate("template.qcow2")).isTrue();
    assertThat(needsTemplate("file:template.qcow2")).isTrue();
    assertThat(needsTemplate("other.qcow2")).isFalse();
  }

  /** As in QEMU, which reads it as text of C. */
  @Test
  void aNameEndsAtItsFirstZeroByte() throws IOException {
    assertThat(needsTemplate("template.qcow2\0of another name")).isTrue();
    assertThat(needsTemplate("other.qcow2\0template.qcow2")).isFalse();
  }

  @Test
  void aNameThatBeginsWithAZeroByteIsNone() throws IOException {
    assertThat(needsTemplate("\0template.qcow2")).isFalse();
    assertThat(needsTemplate("file:\0")).isFalse();
  }
}
