package io.keymoor.disk;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessorTest {
  private static final String WITHOUT = "flags\t\t: fpu sse2 aes avx avx2 vaes vpclmulqdq\n";
  private static final String WITH =
      "flags\t\t: fpu sse2 aes avx avx2 avx512f avx512dq avx512vl vaes\n";

  @TempDir Path directory;

  @Test
  void blocksGoManyAtATimeWithVaesAndAvx512Only() throws IOException {
    assertThat(Processor.hasWideAes(cpuInfo("processor\t: 0\n" + WITH))).isTrue();
    assertThat(Processor.hasWideAes(cpuInfo("processor\t: 0\n" + WITHOUT))).isFalse();
    assertThat(Processor.hasWideAes(cpuInfo(WITH.replace(" vaes", " aes")))).isFalse();
  }

  @Test
  void theFirstProcessorSpeaksForAllAndAnotherArchitectureForItself() throws IOException {
    assertThat(Processor.hasWideAes(cpuInfo(WITHOUT + WITH))).isFalse();
    assertThat(Processor.hasWideAes(cpuInfo("Features\t: fp asimd aes pmull sha2\n"))).isFalse();
    assertThat(Processor.hasWideAes(directory.resolve("absent"))).isFalse();
  }

  private Path cpuInfo(String text) throws IOException {
    return Files.writeString(directory.resolve("cpuinfo"), text);
  }
}
