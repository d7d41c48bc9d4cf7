package io.keymoor.host;

import io.keymoor.host.config.ConfigurationException;
import io.keymoor.host.config.HostConfiguration;
import io.keymoor.host.config.HostDirectory;
import io.keymoor.hypervisor.DomainDefinition;
import io.keymoor.hypervisor.hook.HookServer;
import io.keymoor.hypervisor.hook.StartHook;
import io.keymoor.hypervisor.hook.StartListener;
import io.keymoor.hypervisor.hook.Verdict;
import java.io.UncheckedIOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A host whose TPM does not give the key of its configuration: it says so to whoever starts an
 * encrypted VM, lets the others start, and tries again until the configuration opens, as after
 * {@code keymoor host recover} or when the TPM's lockout is over.
 *
 * @param directory the host's
 * @param places where its hook is
 * @param pause between two attempts
 */
record LockedHost(HostDirectory directory, LibvirtPlaces places, Duration pause) {
  private static final Logger LOG = LoggerFactory.getLogger(LockedHost.class);

  /**
   * Returns when the configuration opens.
   *
   * @param stop ends the waiting
   * @return false when it was stopped
   */
  boolean await(ConfigurationException.Locked locked, CountDownLatch stop) {
    String told = String.valueOf(locked.getMessage());
    LOG.error("{}", told);
    try (HookServer _ = serve(told)) {
      while (!stop.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
        try (HostConfiguration _ = HostConfiguration.open(directory, new SecureRandom())) {
          LOG.info("The configuration opens.");
          return true;
        } catch (ConfigurationException.Locked still) {
          LOG.debug("Still locked: {}", still.code());
        }
      }
      return false;
    } catch (InterruptedException ended) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private HookServer serve(String sentence) {
    try {
      StartHook.install(places.hooks(), places.runtime());
      return HookServer.open(places.runtime(), new Refusing(sentence));
    } catch (UncheckedIOException | StartHook.ForeignHook refused) {
      throw new ConfigurationException.StartHookRefused(refused);
    }
  }

  /**
   * What libvirt is told meanwhile.
   *
   * @param sentence why encrypted VMs don't start
   */
  private record Refusing(String sentence) implements StartListener {
    @Override
    public Verdict beforeStart(DomainDefinition definition) {
      return definition.keyRecord().isPresent()
          ? new Verdict.Refuse(sentence)
          : new Verdict.Allow();
    }

    @Override
    public void afterRelease(UUID domain) {
      // Nothing was given.
    }
  }
}
