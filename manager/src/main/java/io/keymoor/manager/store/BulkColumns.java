package io.keymoor.manager.store;

import io.keymoor.manager.domain.model.Bulk;
import io.keymoor.manager.domain.model.Task;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;

/** Columns of bulk tasks and their objects as the domain's values. */
final class BulkColumns {
  private BulkColumns() {}

  static Bulk bulk(ResultSet row) throws SQLException {
    return new Bulk(
        Columns.uuid(row, "id"),
        row.getLong("version"),
        new Bulk.Request(
            kind(row.getString("kind")),
            Columns.optionalUuid(row, "provider"),
            Columns.optionalUuid(row, "from_provider"),
            Columns.optionalUuid(row, "cluster"),
            Columns.uuids(row, "vms"),
            row.getString("title")),
        row.getString("actor"),
        row.getString("address"),
        Task.State.valueOf(row.getString("state").toUpperCase(Locale.ROOT)),
        row.getString("phase"),
        new Bulk.Counts(
            row.getLong("total"),
            row.getLong("ok"),
            row.getLong("failed"),
            row.getLong("skipped"),
            row.getLong("open")),
        row.getBoolean("cancel_requested"),
        TaskColumns.end(row, List.of()),
        new Bulk.Times(
            Columns.instant(row, "created"),
            Columns.instant(row, "begun"),
            row.getLong("done_before"),
            Columns.optionalInstant(row, "verifying"),
            Columns.optionalInstant(row, "ended")));
  }

  private static Bulk.Kind kind(String text) {
    for (Bulk.Kind kind : Bulk.Kind.values()) {
      if (kind.text().equals(text)) {
        return kind;
      }
    }
    throw new IllegalStateException("a bulk task of unknown kind " + text);
  }
}
