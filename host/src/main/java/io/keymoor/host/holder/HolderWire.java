package io.keymoor.host.holder;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** The bytes on the holder's socket, as the package says. */
final class HolderWire {
  /** The most entries that a holder keeps and a message has. */
  static final int MOST_ENTRIES = 100_000;

  static final char LIST = 'L';
  static final char GET = 'G';
  static final char PUT = 'P';
  static final char DROP = 'D';

  private static final byte[] GREETING = {'K', 'M', 'K', 'H', 1};
  private static final int DONE = 1;
  private static final int MOST_NAME = 255;
  private static final int MOST_VALUE = 512;

  private HolderWire() {}

  static void greet(DataInputStream in, DataOutputStream out) throws IOException {
    out.write(GREETING);
    out.flush();
    if (!Arrays.equals(in.readNBytes(GREETING.length), GREETING)) {
      throw new IOException("the other side of the key holder's socket speaks something else");
    }
  }

  static void request(DataOutputStream out, char operation, Map<String, byte[]> entries)
      throws IOException {
    out.writeByte(operation);
    entries(out, entries);
    out.flush();
  }

  static void answer(DataOutputStream out, Map<String, byte[]> entries) throws IOException {
    request(out, (char) DONE, entries);
  }

  static Map<String, byte[]> answered(DataInputStream in) throws IOException {
    if (in.readUnsignedByte() != DONE) {
      throw new IOException("the key holder answered something else");
    }
    return entries(in);
  }

  private static void entries(DataOutputStream out, Map<String, byte[]> entries)
      throws IOException {
    out.writeInt(entries.size());
    for (var entry : entries.entrySet()) {
      byte[] name = entry.getKey().getBytes(US_ASCII);
      out.writeShort(name.length);
      out.write(name);
      out.writeShort(entry.getValue().length);
      out.write(entry.getValue());
    }
  }

  static Map<String, byte[]> entries(DataInputStream in) throws IOException {
    int count = in.readInt();
    if (count < 0 || count > MOST_ENTRIES) {
      throw new IOException("a message with " + count + " entries");
    }
    Map<String, byte[]> entries = new LinkedHashMap<>();
    for (int i = 0; i < count; i++) {
      String name = new String(bytes(in, MOST_NAME), US_ASCII);
      entries.put(name, bytes(in, MOST_VALUE));
    }
    return entries;
  }

  private static byte[] bytes(DataInputStream in, int most) throws IOException {
    int length = in.readUnsignedShort();
    if (length > most) {
      throw new IOException("a field of " + length + " bytes");
    }
    byte[] bytes = new byte[length];
    in.readFully(bytes);
    return bytes;
  }
}
