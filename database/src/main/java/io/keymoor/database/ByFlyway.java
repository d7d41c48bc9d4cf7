package io.keymoor.database;

import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;

/** Flyway's part, in a class of its own: it is loaded when it has something to do. */
final class ByFlyway {
  private static final String[] NONE = {};

  private ByFlyway() {}

  static void migrate(Migrations migrations, DataSource source) {
    try {
      Flyway.configure(migrations.beside().getClassLoader())
          .dataSource(source)
          .locations("classpath:" + migrations.folder())
          .table(migrations.table())
          // Its own choice is to work on with the tables of a newer version.
          .ignoreMigrationPatterns(NONE)
          .load()
          .migrate();
    } catch (FlywayException failure) {
      throw new SchemaRefused(
          "The database's tables could not be brought up to date: " + failure.getMessage(),
          failure);
    }
  }
}
