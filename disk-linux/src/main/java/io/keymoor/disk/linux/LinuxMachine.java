package io.keymoor.disk.linux;

import io.keymoor.disk.BulkAes;
import io.keymoor.disk.DataRuns;
import io.keymoor.disk.KeyHashing;
import io.keymoor.disk.Machine;
import io.keymoor.disk.Processor;
import java.nio.file.Path;
import java.util.Optional;

/** Linux, and the OpenSSL that comes with it. Nothing is loaded before it is asked for. */
public final class LinuxMachine implements Machine {
  /** Loaded when it is first asked for. */
  private static final class Crypto {
    static final Optional<LibCrypto> LIBRARY = LibCrypto.load();
    static final Optional<KeyHashing> HASHING = LIBRARY.flatMap(OpenSslHashing::of);
  }

  /** Linked when it is first asked for. */
  private static final class Holes {
    static final Optional<LibC> LIBRARY = LibC.load();
  }

  /** Linked when it is first asked for. */
  private static final class Priority {
    static final Optional<IoPriority> CALL = IoPriority.find();
  }

  private final boolean javaHasWideAes;

  /** This machine, with OpenSSL for AES where that is faster than the Java runtime. */
  public LinuxMachine() {
    this(Processor.hasWideAes());
  }

  LinuxMachine(boolean javaHasWideAes) {
    this.javaHasWideAes = javaHasWideAes;
  }

  @Override
  public Optional<BulkAes> aes(byte[] keys, int offset) {
    return javaHasWideAes
        ? Optional.empty()
        : Crypto.LIBRARY.map(library -> new OpenSslAes(library, keys, offset));
  }

  @Override
  public Optional<KeyHashing> keyHashing() {
    return Crypto.HASHING;
  }

  @Override
  public boolean yieldDisks() {
    return Priority.CALL.map(IoPriority::idle).orElse(false);
  }

  @Override
  public Optional<DataRuns> dataRuns(Path file) {
    return Holes.LIBRARY.flatMap(library -> FileRuns.of(library, file));
  }
}
