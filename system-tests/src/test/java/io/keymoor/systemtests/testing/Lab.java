package io.keymoor.systemtests.testing;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keymoor.cli.client.ManagerClient;
import io.keymoor.cli.client.Task;
import io.keymoor.cli.client.TaskListener;
import io.keymoor.cli.output.Terminal;
import io.keymoor.hypervisor.lab.GuestImage;
import io.keymoor.hypervisor.lab.PrivateLibvirt;
import io.keymoor.quickstart.scene.Guest;
import io.keymoor.quickstart.scene.Places;
import io.keymoor.quickstart.scene.Scene;
import io.keymoor.quickstart.step.BackUpProvider;
import io.keymoor.quickstart.step.BootInClear;
import io.keymoor.quickstart.step.CreateProvider;
import io.keymoor.quickstart.step.PrepareVm;
import io.keymoor.quickstart.step.StartHost;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A manager, a private libvirt host with its agent and a provider that was backed up: all real, in
 * processes of their own, for one test class. Not thread-safe.
 */
public final class Lab implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Scene scene;

  private Lab(Scene scene) {
    this.scene = scene;
  }

  /** Skips the test, saying what is missing, where there can be no lab. */
  public static void requireTools() {
    Optional<String> missing =
        PrivateLibvirt.unavailableReason()
            .or(PrivateLibvirt::vtpmUnavailableReason)
            .or(() -> GuestImage.unavailableReason(GuestImage.defaultCache()));
    assumeTrue(missing.isEmpty(), () -> missing.orElse(""));
  }

  /** A lab with the usual settings. */
  public static Lab raised() {
    return raised(Map.of());
  }

  /** A lab whose manager has these numbers in its {@code manager.json}. */
  public static Lab raised(Map<String, Integer> settings) {
    Lab lab = new Lab(new Scene(shortPlaces(), silence(), Optional.empty(), false));
    try {
      lab.scene.places().create();
      lab.scene.manager().init();
      lab.change(settings);
      lab.scene.manager().start();
      new StartHost().run(lab.scene);
      new CreateProvider().run(lab.scene);
      new BackUpProvider().run(lab.scene);
      return lab;
    } catch (RuntimeException | Error reason) {
      HalfRaised.close(lab, reason);
      throw reason;
    }
  }

  /** libvirt's sockets lie deep below, and their paths may have 108 characters. */
  private static Places shortPlaces() {
    try {
      return new Places(Files.createTempDirectory("km").toRealPath());
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private static Terminal silence() {
    PrintWriter nowhere = new PrintWriter(Writer.nullWriter());
    return Terminal.ofStreams(InputStream.nullInputStream(), nowhere, nowhere);
  }

  private void change(Map<String, Integer> settings) {
    Path file = scene.places().manager().resolve("manager.json");
    try {
      ObjectNode json = (ObjectNode) JSON.readTree(file.toFile());
      settings.forEach(json::put);
      JSON.writeValue(file.toFile(), json);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** Makes and registers the guest, boots it once, remembers what it sees, powers it off. */
  public Guest prepareGuest() {
    new PrepareVm().run(scene);
    new BootInClear().run(scene);
    return scene.guest();
  }

  public Scene scene() {
    return scene;
  }

  public ManagerClient client() {
    return scene.client();
  }

  /** Somebody at the command line. */
  public CommandLineUser user() {
    return new CommandLineUser(scene.manager().context());
  }

  /** Follows a task to whatever end. */
  public Task end(String task) {
    return client().tasks().await(task, TaskListener.silent());
  }

  /** Follows a task to its end, which has to be a success. */
  public void succeed(String task) {
    scene.await(task);
  }

  /** Powers the guest on and waits until it answers. */
  public void boot() {
    succeed(client().startVm(scene.guest().name()));
    scene.guest().awaitUp();
  }

  /** Name and length of every file in the datastore but the leases. */
  public Map<String, Long> datastore() {
    Path root = scene.places().datastore();
    Map<String, Long> files = new TreeMap<>();
    try (Stream<Path> all = Files.walk(root)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        if (!root.relativize(file).startsWith(".keymoor")) {
          files.put(root.relativize(file).toString(), Files.size(file));
        }
      }
      return files;
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** Stops all of it and removes its files. */
  @Override
  public void close() {
    scene.close();
    LeftOver.endPostgres(scene.places().manager().resolve("postgres"));
    scene.places().remove();
  }
}
