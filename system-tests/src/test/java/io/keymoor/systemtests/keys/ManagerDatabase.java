package io.keymoor.systemtests.keys;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;

/** The embedded database of a manager that runs, as somebody with its password sees it. */
final class ManagerDatabase implements AutoCloseable {
  private static final int PORT_LINE = 3;

  private final Connection connection;

  ManagerDatabase(Path managerDirectory) {
    Path data = managerDirectory.resolve("postgres");
    try {
      String port = Files.readAllLines(data.resolve("postmaster.pid")).get(PORT_LINE).strip();
      Properties login = new Properties();
      login.put("user", "postgres");
      login.put(
          "password", Files.readString(managerDirectory.resolve("postgres.password")).strip());
      connection =
          DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + port + "/postgres", login);
    } catch (SQLException refused) {
      throw new IllegalStateException("the manager's database can't be entered", refused);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  /** Runs a statement. */
  void execute(String sql) {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException refused) {
      throw new IllegalStateException("the database refused: " + sql, refused);
    }
  }

  /** Has everything on disk, so that the files can be searched. */
  void checkpoint() {
    execute("CHECKPOINT");
  }

  /** Has {@code search} look at every row of every table, binary columns in hex. */
  int showTo(NeedleSearch search) {
    List<String> tables =
        column(
            "SELECT quote_ident(table_schema) || '.' || quote_ident(table_name)"
                + " FROM information_schema.tables WHERE table_type = 'BASE TABLE'"
                + " AND table_schema NOT IN ('pg_catalog', 'information_schema')");
    for (String table : tables) {
      List<String> rows = column("SELECT t::text FROM " + table + " t");
      search.look("table " + table, String.join("\n", rows).getBytes(UTF_8));
    }
    return tables.size();
  }

  private List<String> column(String sql) {
    List<String> values = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      while (rows.next()) {
        values.add(String.valueOf(rows.getString(1)));
      }
      return values;
    } catch (SQLException refused) {
      throw new IllegalStateException("the database refused: " + sql, refused);
    }
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException late) {
      throw new IllegalStateException("the connection could not be closed", late);
    }
  }
}
