package io.keymoor.manager.store;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import org.jdbi.v3.core.argument.Argument;
import org.jdbi.v3.core.statement.StatementContext;

/**
 * Texts as a parameter of type {@code text[]}. An array of strings goes to PostgreSQL in binary
 * form; as any other array it would be written with every quote of thousands of JSON texts escaped,
 * and read there character by character.
 */
@SuppressWarnings("ArrayRecordComponent")
record Texts(String[] texts) implements Argument {
  static Texts of(List<String> texts) {
    return new Texts(texts.toArray(String[]::new));
  }

  @Override
  public void apply(int position, PreparedStatement statement, StatementContext context)
      throws SQLException {
    statement.setArray(position, statement.getConnection().createArrayOf("text", texts));
  }
}
