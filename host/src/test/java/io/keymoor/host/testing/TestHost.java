package io.keymoor.host.testing;

import io.keymoor.crypto.SealedFile;
import io.keymoor.host.config.Enrolment;
import io.keymoor.host.config.HostConfiguration;
import io.keymoor.host.config.HostDirectory;
import io.keymoor.protocol.EnrolmentRequest;
import io.keymoor.protocol.LinkJson;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A host in a directory of a test.
 *
 * @param directory where
 */
public record TestHost(HostDirectory directory) {
  private static final SecureRandom RANDOM = new SecureRandom();

  /** A new host called "kvm1", not enrolled. */
  public static TestHost initialised(Path path) {
    HostDirectory directory = new HostDirectory(path);
    Enrolment.initialise(directory, "kvm1", "test:///nowhere", RANDOM);
    return new TestHost(directory);
  }

  /** A new host, enrolled at {@code manager}. */
  public static TestHost enrolled(Path path, FakeManager manager) {
    TestHost host = initialised(path);
    SealedFile.replace(host.directory.grant(), LinkJson.write(manager.enrol(host.request())));
    return host;
  }

  /** What the host shows to be enrolled. */
  public EnrolmentRequest request() {
    try {
      return LinkJson.read(Files.readAllBytes(directory.request()), EnrolmentRequest.class);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** What it shows when it joins once more, written anew. */
  public EnrolmentRequest requestAgain() {
    return Enrolment.request(directory, Optional.empty(), () -> "unused", "unused", RANDOM);
  }

  /** Its configuration, opened anew; the caller closes it. */
  public HostConfiguration configuration() {
    return HostConfiguration.open(directory, RANDOM);
  }

  /** The contents of every file in the directory. */
  public List<byte[]> files() {
    try (Stream<Path> all = Files.walk(directory.path())) {
      return all.filter(Files::isRegularFile).map(TestHost::read).toList();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private static byte[] read(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
