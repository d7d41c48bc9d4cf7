package io.keymoor.disk.linux;

import io.keymoor.disk.BulkAes;
import io.keymoor.disk.DataRuns;
import io.keymoor.disk.Machine;
import io.keymoor.disk.Processor;
import java.nio.file.Path;
import java.util.Optional;

/** Linux, and the OpenSSL that comes with it. Nothing is loaded before it is asked for. */
public final class LinuxMachine implements Machine {
  /** The OpenSSL that is used, if any: none where the Java runtime is faster. */
  private static final class Crypto {
    static final Optional<LibCrypto> LIBRARY =
        Processor.hasWideAes() ? Optional.empty() : LibCrypto.load();
  }

  @Override
  public Optional<BulkAes> aes(byte[] keys, int offset) {
    return Crypto.LIBRARY.map(library -> new OpenSslAes(library, keys, offset));
  }

  @Override
  public Optional<DataRuns> dataRuns(Path file) {
    return Optional.empty();
  }
}
