package io.keymoor.disk.luks;

import io.keymoor.disk.BulkAes;
import io.keymoor.disk.DataRuns;
import io.keymoor.disk.KeyHashing;
import io.keymoor.disk.Machine;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * The Java runtime, which does not hash twice what it has hashed before: tests open the same few
 * containers thousands of times. Keys stay in its memory. Thread-safe.
 */
public final class RememberingMachine implements Machine, KeyHashing {
  private static final byte[] NOTHING = new byte[0];

  private final Map<Question, byte[]> answers = new ConcurrentHashMap<>();

  @Override
  public Optional<BulkAes> aes(byte[] keys, int offset) {
    return Optional.empty();
  }

  @Override
  public Optional<DataRuns> dataRuns(Path file) {
    return Optional.empty();
  }

  @Override
  public Optional<KeyHashing> keyHashing() {
    return Optional.of(this);
  }

  /** What is hashed; compared by content. */
  @SuppressWarnings("ArrayRecordComponent") // equals looks into them
  private record Question(String hash, byte[] from, byte[] with, int count, int length) {
    Question kept() {
      return new Question(hash, from.clone(), with.clone(), count, length);
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Question question
          && hash.equals(question.hash)
          && count == question.count
          && length == question.length
          && Arrays.equals(from, question.from)
          && Arrays.equals(with, question.with);
    }

    @Override
    public int hashCode() {
      return 31 * Arrays.hashCode(from) + Arrays.hashCode(with);
    }
  }

  @Override
  public boolean pbkdf2(String hash, byte[] password, byte[] salt, int iterations, byte[] derived) {
    Question question = new Question(hash, password, salt, iterations, derived.length);
    answer(
        question,
        () -> Pbkdf2.derive(spec(hash), password, salt, iterations, derived.length, Machine.JAVA),
        derived);
    return true;
  }

  @Override
  public boolean condense(String hash, byte[] material, int stripes, byte[] state) {
    Question question = new Question(hash, material, NOTHING, stripes, state.length);
    answer(question, () -> condensed(hash, material, stripes, state.length), state);
    return true;
  }

  private void answer(Question question, Supplier<byte[]> hashing, byte[] into) {
    byte[] known = answers.get(question);
    if (known == null) {
      known = hashing.get();
      answers.put(question.kept(), known);
    }
    System.arraycopy(known, 0, into, 0, into.length);
  }

  /** What a merge gives, without the last stripe that it adds in the end. */
  private static byte[] condensed(String hash, byte[] material, int stripes, int keyBytes) {
    byte[] merged = AntiForensic.merge(spec(hash), material, keyBytes, stripes + 1, Machine.JAVA);
    for (int i = 0; i < keyBytes; i++) {
      merged[i] ^= material[stripes * keyBytes + i];
    }
    return merged;
  }

  private static HashSpec spec(String hash) {
    return Arrays.stream(HashSpec.values())
        .filter(spec -> spec.digestName().equals(hash))
        .findFirst()
        .orElseThrow();
  }
}
