package io.keymoor.hypervisor.lab;

import io.keymoor.hypervisor.lab.GuestConsole.GuestFailed;
import java.nio.ByteBuffer;
import java.util.function.UnaryOperator;

/**
 * A guest's TPM, spoken to by commands of TPM 2.0 (TCG library specification, part 3): big-endian
 * {@code tag, size, code, handles, authorisation, parameters}. Owner authorisation is empty, as in
 * a TPM nobody has taken. Thread-safe.
 */
public final class GuestTpm {
  private static final short NO_SESSIONS = (short) 0x8001;
  private static final short SESSIONS = (short) 0x8002;
  private static final int NV_DEFINE_SPACE = 0x12A;
  private static final int NV_WRITE = 0x137;
  private static final int NV_READ = 0x14E;
  private static final int GET_RANDOM = 0x17B;
  private static final int OWNER = 0x4000_0001;
  private static final int PASSWORD_SESSION = 0x4000_0009;
  private static final short SHA256 = 0x000B;

  /** TPMA_NV_OWNERWRITE, OWNERREAD, NO_DA. */
  private static final int NV_ATTRIBUTES = 0x0202_0002;

  private static final int HEADER_BYTES = 10;
  private static final int LONGEST_COMMAND = 1024;

  private final UnaryOperator<byte[]> wire;

  GuestTpm(UnaryOperator<byte[]> wire) {
    this.wire = wire;
  }

  /** Random bytes from the TPM (TPM2_GetRandom); it may give fewer than asked for. */
  public byte[] random(int bytes) {
    ByteBuffer answer = transmit(NO_SESSIONS, command(GET_RANDOM).putShort((short) bytes));
    return bytes(answer, Short.toUnsignedInt(answer.getShort()));
  }

  /**
   * Stores data in the TPM's non-volatile memory, which its state file holds.
   *
   * @param index a free NV index, such as 0x01500001
   * @param data at most 512 bytes
   */
  public void store(int index, byte[] data) {
    transmit(
        SESSIONS,
        authorised(command(NV_DEFINE_SPACE).putInt(OWNER))
            .putShort((short) 0)
            .putShort((short) 14)
            .putInt(index)
            .putShort(SHA256)
            .putInt(NV_ATTRIBUTES)
            .putShort((short) 0)
            .putShort((short) data.length));
    transmit(
        SESSIONS,
        authorised(command(NV_WRITE).putInt(OWNER).putInt(index))
            .putShort((short) data.length)
            .put(data)
            .putShort((short) 0));
  }

  /** Reads back what {@link #store} stored. */
  public byte[] load(int index, int length) {
    ByteBuffer answer =
        transmit(
            SESSIONS,
            authorised(command(NV_READ).putInt(OWNER).putInt(index))
                .putShort((short) length)
                .putShort((short) 0));
    // The size of the parameters comes before them where there is a session.
    answer.getInt();
    return bytes(answer, Short.toUnsignedInt(answer.getShort()));
  }

  private static ByteBuffer command(int code) {
    return ByteBuffer.allocate(LONGEST_COMMAND).putShort((short) 0).putInt(0).putInt(code);
  }

  /** The authorisation area: one password session with the empty password. */
  private static ByteBuffer authorised(ByteBuffer command) {
    return command
        .putInt(9)
        .putInt(PASSWORD_SESSION)
        .putShort((short) 0)
        .put((byte) 0)
        .putShort((short) 0);
  }

  private ByteBuffer transmit(short tag, ByteBuffer command) {
    command.putShort(0, tag).putInt(2, command.position()).flip();
    byte[] question = bytes(command, command.remaining());
    byte[] reply = wire.apply(question);
    ByteBuffer answer = ByteBuffer.wrap(reply);
    if (reply.length < HEADER_BYTES || answer.getInt(6) != 0) {
      throw new GuestFailed(
          "the TPM answered with code 0x"
              + (reply.length < HEADER_BYTES ? "?" : Integer.toHexString(answer.getInt(6))));
    }
    return answer.position(HEADER_BYTES);
  }

  private static byte[] bytes(ByteBuffer buffer, int count) {
    byte[] bytes = new byte[count];
    buffer.get(bytes);
    return bytes;
  }
}
