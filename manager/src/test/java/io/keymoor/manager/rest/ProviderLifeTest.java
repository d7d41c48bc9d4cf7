package io.keymoor.manager.rest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.keymoor.manager.app.ManagerServer;
import io.keymoor.manager.testing.Client;
import io.keymoor.manager.testing.Client.Answer;
import io.keymoor.manager.testing.TestManager;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ProviderLifeTest {
  private ManagerServer manager;
  private Client admin;

  @BeforeAll
  void start(@TempDir Path directory) {
    Path home = directory.resolve("manager");
    TestManager.init(home, Map.of());
    manager = TestManager.start(home);
    admin = Client.administrator(home);
  }

  @AfterAll
  void stop() {
    admin.close();
    manager.close();
  }

  @Test
  void aNewProviderSaysThatItIsNotBackedUp() {
    JsonNode made = admin.createProvider("fresh");

    assertThat(made.path("provider").asText()).isEqualTo("fresh");
    assertThat(made.path("type").asText()).isEqualTo("NATIVE");
    assertThat(made.path("native_info").path("backed_up").asBoolean(true)).isFalse();
    assertThat(made.path("native_info").path("key_id").asText()).matches("[0-9a-f]{16}");
    assertThat(made.path("health").asText()).isEqualTo("WARNING");
    assertThat(made.path("details").toString()).contains("Not backed up");
  }

  @Test
  void anUnknownProviderIsNamedInTheRefusal() {
    Answer answer = admin.get("/kms/providers/nobody");

    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.code()).isEqualTo("provider_not_found");
    assertThat(answer.detail()).contains("\"nobody\"");
  }

  @Test
  void aTakenNameIsRefusedWhateverItsCase() {
    admin.createProvider("taken");

    Answer answer =
        admin.post("/kms/providers", "{'provider':'TAKEN','type':'NATIVE','native_spec':{}}");

    assertThat(answer.status()).isEqualTo(409);
    assertThat(answer.code()).isEqualTo("provider_name_taken");
  }

  @Test
  void aMisspeltConstraintIsRefusedAndNotIgnored() {
    Answer answer =
        admin.post(
            "/kms/providers",
            "{'provider':'strict','type':'NATIVE','constraints':{'tpm_reqired':true}}");

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.detail()).contains("tpm_reqired");
    assertThat(admin.get("/kms/providers/strict").status()).isEqualTo(404);
  }

  @Test
  void aDownloadedBackupCountsAndItsTokenWorksOnce() {
    admin.createProvider("saved");
    JsonNode location =
        admin
            .post("/kms/providers/saved?action=export", "{'password':'pw'}")
            .json()
            .path("location");
    assertThat(backedUp("saved")).as("before the download").isFalse();

    Answer first = admin.download(location);
    Answer second = admin.download(location);

    assertThat(first.status()).isEqualTo(200);
    assertThat(backedUp("saved")).isTrue();
    assertThat(second.status()).isEqualTo(404);
    assertThat(second.code()).isEqualTo("download_over");
  }

  @Test
  void aDownloadWithAWrongTokenIsRefusedAndDoesNotCount() {
    admin.createProvider("guessed");
    String url =
        admin
            .post("/kms/providers/guessed?action=export", "{}")
            .json()
            .path("location")
            .path("url")
            .asText();

    Answer answer = admin.raw(admin.request(url).header("Authorization", "Bearer 00"));

    assertThat(answer.status()).isEqualTo(404);
    assertThat(backedUp("guessed")).isFalse();
  }

  @Test
  void aBackupIsRestoredUnderItsIdAfterADeletion() {
    String id = admin.createProvider("lost").path("id").asText();
    byte[] file = admin.backup("lost", "s3cret");
    assertThat(admin.delete("/kms/providers/lost?confirm=lost").status()).isEqualTo(204);

    JsonNode dry = admin.restore(file, "s3cret", ",'dry_run':true").json();
    assertThat(dry.path("effect").asText()).isEqualTo("create");
    assertThat(admin.get("/kms/providers/lost").status()).as("after a dry run").isEqualTo(404);

    JsonNode real = admin.restore(file, "s3cret", "").json();
    assertThat(real.path("id").asText()).isEqualTo(id);
    assertThat(backedUp("lost")).isTrue();
    assertThat(admin.restore(file, "s3cret", "").json().path("effect").asText())
        .isEqualTo("unchanged");
  }

  @Test
  void aWrongPasswordATruncatedFileAndAForeignFileAreToldApart() {
    admin.createProvider("three");
    byte[] file = admin.backup("three", "right");
    byte[] half = Arrays.copyOf(file, file.length / 2);

    assertThat(admin.restore(file, "wrong", "").code()).isEqualTo("backup_wrong_password");
    assertThat(admin.restore(half, "right", "").code()).isEqualTo("backup_damaged");
    assertThat(admin.restore(ForeignFile.pkcs12("right"), "right", "").code())
        .isEqualTo("backup_foreign");
  }

  @Test
  void aBackupIsNotRestoredOverAnotherKeyOfTheSameName() {
    admin.createProvider("double");
    byte[] file = admin.backup("double", "pw");
    admin.delete("/kms/providers/double?confirm=double");
    String other = admin.createProvider("double").path("native_info").path("key_id").asText();

    Answer answer = admin.restore(file, "pw", "");

    assertThat(answer.status()).isEqualTo(409);
    assertThat(answer.code()).isEqualTo("provider_name_has_other_key");
    assertThat(
            admin.get("/kms/providers/double").json().path("native_info").path("key_id").asText())
        .isEqualTo(other);
    assertThat(admin.restore(file, "pw", ",'name':'double two'").status()).isEqualTo(200);
  }

  @Test
  void aDeletionMustBeConfirmedByNameAndShowsItsImpact() {
    admin.createProvider("needed");
    admin.send("PUT", "/kms/default", "{\"provider\":\"needed\"}");

    Answer asked = admin.delete("/kms/providers/needed");
    Answer wrong = admin.delete("/kms/providers/needed?confirm=other");

    assertThat(asked.status()).isEqualTo(409);
    assertThat(asked.code()).isEqualTo("confirmation_required");
    assertThat(asked.json().path("impact").path("default_of").toString())
        .isEqualTo("[\"manager\"]");
    assertThat(wrong.code()).isEqualTo("confirmation_wrong");
    assertThat(admin.delete("/kms/providers/needed?confirm=needed").status()).isEqualTo(204);
    assertThat(admin.get("/kms/providers/needed").status()).isEqualTo(404);
  }

  @Test
  void aRenamedProviderIsFoundUnderItsOldName() {
    String id = admin.createProvider("before").path("id").asText();

    Answer renamed = admin.send("PATCH", "/kms/providers/before", "{\"provider\":\"after\"}");

    assertThat(renamed.json().path("provider").asText()).isEqualTo("after");
    JsonNode found = admin.get("/kms/providers/before").json();
    assertThat(found.path("id").asText()).isEqualTo(id);
    assertThat(found.path("former_names").toString()).isEqualTo("[\"before\"]");
  }

  @Test
  void aClusterDefaultOverridesTheManagersAndGoesWithTheProvider() {
    admin.createProvider("everywhere");
    admin.createProvider("here");
    admin.post("/clusters", "{'name':'edge'}");
    admin.send("PUT", "/kms/default", "{\"provider\":\"here\",\"cluster\":\"edge\"}");

    assertThat(admin.get("/kms/providers/here").json().path("default_for_clusters").toString())
        .isEqualTo("[\"edge\"]");
    assertThat(edge().path("default_provider").path("name").asText()).isEqualTo("here");

    admin.delete("/kms/providers/here?confirm=here");
    assertThat(edge().has("default_provider")).isFalse();
  }

  @Test
  void refusalsAndChangesAreInTheAuditTrailWithWhoAndWhence() {
    admin.createProvider("watched");
    admin.post("/kms/providers", "{'provider':'watched','type':'NATIVE'}");

    JsonNode events = admin.get("/audit?limit=1000").json().path("events");

    assertThat(events)
        .anySatisfy(event -> {
          assertThat(event.path("action").asText()).isEqualTo("provider.create");
          assertThat(event.path("provider").asText()).isEqualTo("watched");
          assertThat(event.path("result").asText()).isEqualTo("ok");
          assertThat(event.path("actor").asText()).isEqualTo("admin:admin");
          assertThat(event.path("from").asText()).isEqualTo("127.0.0.1");
        })
        .anySatisfy(event -> {
          assertThat(event.path("object").path("name").asText()).isEqualTo("watched");
          assertThat(event.path("result").asText()).isEqualTo("refused");
          assertThat(event.path("detail").asText()).startsWith("provider_name_taken");
        });
  }

  private JsonNode edge() {
    for (JsonNode cluster : admin.get("/clusters").json().path("clusters")) {
      if (cluster.path("name").asText().equals("edge")) {
        return cluster;
      }
    }
    throw new AssertionError("no cluster edge");
  }

  private boolean backedUp(String provider) {
    return admin
        .get("/kms/providers/" + provider)
        .json()
        .path("native_info")
        .path("backed_up")
        .asBoolean();
  }
}
