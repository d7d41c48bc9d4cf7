package io.keymoor.manager.app;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import io.keymoor.crypto.SealedFile;
import io.keymoor.manager.domain.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * {@code manager.json}. Unknown and missing keys are refused, so that a misspelt one is noticed.
 *
 * @param managerId this manager's id
 * @param listen address to listen on
 * @param port port to listen on; 0 chooses one at the first start and keeps it
 * @param names names and addresses in the server's certificate; the first is in the URL
 * @param database an external database; absent for the embedded one
 * @param postgresBinaries where the embedded server is unpacked; absent for the own directory
 * @param taskStartSeconds how long a command waits for a host that does not answer
 * @param hostSilenceSeconds after how long without a word a host counts as not responding
 * @param reportSeconds how often hosts report
 * @param reconciliationSeconds how often drift is looked for
 */
public record ManagerConfig(
    UUID managerId,
    String listen,
    int port,
    List<String> names,
    Optional<ExternalDatabase> database,
    Optional<String> postgresBinaries,
    int taskStartSeconds,
    int hostSilenceSeconds,
    int reportSeconds,
    int reconciliationSeconds) {
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .addModule(new Jdk8Module())
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .build();

  /**
   * A PostgreSQL that somebody else runs.
   *
   * @param url its JDBC URL
   * @param user the user
   * @param passwordFile file with the password
   */
  public record ExternalDatabase(String url, String user, String passwordFile) {}

  public ManagerConfig {
    names = List.copyOf(names);
    require(port >= 0 && port <= 65535, "port is between 0 and 65535");
    require(!names.isEmpty(), "names holds at least one name or address");
    require(taskStartSeconds > 0, "task_start_seconds is at least 1");
    require(hostSilenceSeconds > 0, "host_silence_seconds is at least 1");
    require(reportSeconds > 0, "report_seconds is at least 1");
    require(reconciliationSeconds > 0, "reconciliation_seconds is at least 1");
  }

  /** What {@code keymoor manager init} writes. */
  static ManagerConfig initial(
      String listen, int port, List<String> names, Optional<ExternalDatabase> database) {
    return new ManagerConfig(
        UUID.randomUUID(), listen, port, names, database, Optional.empty(), 60, 60, 30, 300);
  }

  /** Reads {@code file}; every problem is a sentence. */
  static ManagerConfig read(Path file) {
    try {
      return JSON.readValue(Files.readAllBytes(file), ManagerConfig.class);
    } catch (NoSuchFileException missing) {
      throw new StartFailure(
          file + " does not exist. Make a manager first: keymoor manager init --dir DIR");
    } catch (JsonProcessingException malformed) {
      throw new StartFailure(
          file + " can't be used: " + malformed.getOriginalMessage() + ". Nothing was started.");
    } catch (IOException unreadable) {
      throw new StartFailure(file + " can't be read. Nothing was started.");
    }
  }

  void write(Path file) {
    try {
      SealedFile.replace(file, JSON.writeValueAsBytes(this));
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException("a configuration without a JSON form", impossible);
    }
  }

  Settings settings() {
    return new Settings(
        managerId,
        Duration.ofSeconds(taskStartSeconds),
        Duration.ofSeconds(hostSilenceSeconds),
        Duration.ofSeconds(reportSeconds));
  }

  Duration reconciliation() {
    return Duration.ofSeconds(reconciliationSeconds);
  }

  /** The URL for clients, once the port is known. */
  String url(int actualPort) {
    String host = names.getFirst();
    return "https://" + (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + actualPort;
  }

  private static void require(boolean fine, String rule) {
    if (!fine) {
      throw new IllegalArgumentException(rule);
    }
  }
}
