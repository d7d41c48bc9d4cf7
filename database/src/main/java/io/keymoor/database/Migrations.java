package io.keymoor.database;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.sql.DataSource;

/**
 * The migrations of one schema.
 *
 * <p>Guarantee: after {@link #apply} the schema's history is exactly these migrations, with the
 * contents that they have here; otherwise it throws. Where the history says so already, nothing
 * else is done: to load Flyway, and to have it look, costs a start more than opening the database
 * does. On any difference Flyway decides, under its own lock. Immutable.
 *
 * @param beside a class of the archive or directory in which the migrations are
 * @param folder where they are in it, with slashes: files {@code V1__what_it_does.sql} alone
 * @param table the table of the history
 */
public record Migrations(Class<?> beside, String folder, String table) {
  private static final Pattern VERSION = Pattern.compile("V([0-9]{1,9})__.*\\.sql");
  private static final String UNDEFINED_TABLE = "42P01";

  /**
   * Brings the schema up to date.
   *
   * @throws SchemaRefused when it is a newer version's, or not what these migrations made
   */
  public void apply(DataSource source) {
    Map<String, Integer> scripts = Scripts.in(beside, folder);
    Optional<Map<String, Integer>> applied = applied(source);
    if (applied.isPresent() && applied.get().equals(scripts)) {
      return;
    }
    applied.ifPresent(history -> refuseNewer(history, scripts));
    ByFlyway.migrate(this, source);
  }

  /**
   * The names and checksums of what was applied; empty when there is no history, or one that holds
   * anything but migrations that succeeded.
   */
  private Optional<Map<String, Integer>> applied(DataSource source) {
    try (Connection connection = source.getConnection()) {
      String schema = connection.getSchema();
      if (schema == null) {
        return Optional.empty();
      }
      String query =
          "SELECT script, checksum, type = 'SQL' AND success AND checksum IS NOT NULL FROM "
              + quoted(schema)
              + "."
              + quoted(table);
      try (PreparedStatement statement = connection.prepareStatement(query);
          ResultSet rows = statement.executeQuery()) {
        return read(rows);
      }
    } catch (SQLException failure) {
      if (UNDEFINED_TABLE.equals(failure.getSQLState())) {
        return Optional.empty();
      }
      throw new SchemaRefused(
          "The database's tables could not be looked at: "
              + failure.getMessage()
              + ". Nothing was changed; check the database and the rights of its user.",
          failure);
    }
  }

  private static Optional<Map<String, Integer>> read(ResultSet rows) throws SQLException {
    Map<String, Integer> applied = new HashMap<>();
    while (rows.next()) {
      if (!rows.getBoolean(3) || applied.put(rows.getString(1), rows.getInt(2)) != null) {
        return Optional.empty();
      }
    }
    return Optional.of(applied);
  }

  private static void refuseNewer(Map<String, Integer> applied, Map<String, Integer> scripts) {
    long newest = scripts.keySet().stream().mapToLong(Migrations::version).max().orElse(0);
    OptionalLong newer =
        applied.keySet().stream()
            .mapToLong(Migrations::version)
            .filter(version -> version > newest)
            .max();
    if (newer.isPresent()) {
      throw new SchemaRefused(
          "The database's tables are of a newer version of Keymoor: they are at migration "
              + newer.getAsLong()
              + ", and this version knows "
              + newest
              + ". Nothing was changed; start the newer version, or restore a backup from before"
              + " its first start.");
    }
  }

  private static long version(String script) {
    Matcher matcher = VERSION.matcher(script);
    return matcher.matches() ? Long.parseLong(matcher.group(1)) : 0;
  }

  private static String quoted(String name) {
    return '"' + name.replace("\"", "\"\"") + '"';
  }
}
