package io.keymoor.kms.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.keymoor.crypto.TlsIdentity;
import io.keymoor.kmip.attribute.ObjectId;
import io.keymoor.kmip.codec.ProtocolVersion;
import io.keymoor.kmip.operation.Destroy;
import io.keymoor.kmip.vocabulary.ResultReason;
import io.keymoor.kms.testing.Requests;
import io.keymoor.kms.testing.TestCluster;
import io.keymoor.kms.testing.TestConnection;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClusterTest {
  private static final ProtocolVersion V = ProtocolVersion.V1_4;

  @TempDir private Path directory;

  @Test
  void nodesOnOneDatabaseSeeOneAnothersKeysAtOnceAndSurviveOneAnother() {
    try (TestCluster cluster = TestCluster.shared(directory)) {
      KmsNode first = cluster.start("first");
      KmsNode second = cluster.start("second");
      TlsIdentity client = cluster.register("client");
      try (TestConnection toFirst = TestConnection.open(first.kmip(), client)) {
        try (TestConnection toSecond = TestConnection.open(second.kmip(), client)) {
          for (int i = 0; i < 50; i++) {
            String id = toFirst.perform(V, Requests.createKey()).uniqueIdentifier();
            String key = Requests.hex(toSecond.perform(V, Requests.get(id)).managedObject());
            assertThat(Requests.hex(toFirst.perform(V, Requests.get(id)).managedObject()))
                .isEqualTo(key);
            toSecond.perform(V, new Destroy(ObjectId.of(id)));
            assertThat(toFirst.fail(V, Requests.get(id)).reason())
                .as("destroyed on one, gone on the other at once")
                .isEqualTo(ResultReason.ILLEGAL_OPERATION);
          }
          String last = toSecond.perform(V, Requests.createKey()).uniqueIdentifier();
          cluster.stopLatest();
          Requests.hex(toFirst.perform(V, Requests.get(last)).managedObject());
        }
      }
    }
  }
}
