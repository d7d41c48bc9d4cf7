package io.keymoor.manager.store;

import java.nio.ByteBuffer;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jdbi.v3.core.argument.Argument;
import org.jdbi.v3.core.statement.StatementContext;
import org.postgresql.util.PGBinaryObject;
import org.postgresql.util.PGobject;

/**
 * UUIDs as a parameter of type {@code uuid[]}, in binary form where the connection allows it
 * ({@link Database}): the driver by itself writes each as text, and PostgreSQL reads it character
 * by character.
 */
record Uuids(List<UUID> ids) implements Argument {
  static Uuids of(Collection<UUID> ids) {
    return new Uuids(List.copyOf(ids));
  }

  @Override
  public void apply(int position, PreparedStatement statement, StatementContext context)
      throws SQLException {
    statement.setObject(position, new Parameter(ids));
  }

  /** What the driver asks for it, in the form that array_recv of PostgreSQL reads. */
  @SuppressWarnings("serial")
  private static final class Parameter extends PGobject implements PGBinaryObject {
    private static final int OID_OF_UUID = 2950;
    private static final int HEADER = 20;
    private static final int EMPTY = 12;

    private final transient List<UUID> ids;

    Parameter(List<UUID> ids) {
      this.ids = ids;
      setType("_uuid");
    }

    @Override
    public String getValue() {
      return ids.stream().map(UUID::toString).collect(Collectors.joining(",", "{", "}"));
    }

    @Override
    public int lengthInBytes() {
      return ids.isEmpty() ? EMPTY : HEADER + ids.size() * (Integer.BYTES + 2 * Long.BYTES);
    }

    @Override
    public void toBytes(byte[] bytes, int offset) {
      ByteBuffer out = ByteBuffer.wrap(bytes, offset, lengthInBytes());
      // Dimensions, no null among them, the elements' type.
      out.putInt(ids.isEmpty() ? 0 : 1).putInt(0).putInt(OID_OF_UUID);
      if (!ids.isEmpty()) {
        out.putInt(ids.size()).putInt(1);
      }
      for (UUID id : ids) {
        out.putInt(2 * Long.BYTES)
            .putLong(id.getMostSignificantBits())
            .putLong(id.getLeastSignificantBits());
      }
    }

    @Override
    public void setByteValue(byte[] value, int offset) {
      throw new UnsupportedOperationException("a parameter is not read");
    }
  }
}
