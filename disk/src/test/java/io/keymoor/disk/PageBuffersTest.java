package io.keymoor.disk;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class PageBuffersTest {
  private final PageBuffers buffers = new PageBuffers();

  private static ByteBuffer written(ByteBuffer buffer) {
    byte[] secret = new byte[PageBuffers.BYTES];
    Arrays.fill(secret, (byte) 's');
    buffer.clear().put(secret).flip();
    return buffer;
  }

  private static byte[] content(ByteBuffer buffer) {
    byte[] content = new byte[PageBuffers.BYTES];
    buffer.clear().get(content);
    return content;
  }

  @Test
  void aBufferGoesFromHandToHandWithoutBeingErased() {
    ByteBuffer buffer = written(buffers.borrow());
    buffers.giveBack(buffer);
    assertThat(buffers.borrow()).isSameAs(buffer);
    assertThat(content(buffer)).containsOnly('s');
  }

  @Test
  void whatLiesIdleIsErased() {
    ByteBuffer buffer = written(buffers.borrow());
    buffers.giveBack(buffer);
    buffers.erase();
    assertThat(content(buffer)).containsOnly(0);
  }

  /** A file may be closed under the hands of a worker. */
  @Test
  void whatIsGivenBackAfterwardsIsErasedThen() {
    ByteBuffer buffer = written(buffers.borrow());
    buffers.erase();
    assertThat(content(buffer)).containsOnly('s');
    buffers.giveBack(buffer);
    assertThat(content(buffer)).containsOnly(0);
  }
}
