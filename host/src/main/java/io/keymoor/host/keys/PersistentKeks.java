package io.keymoor.host.keys;

import io.keymoor.crypto.CryptoException;
import io.keymoor.host.config.ConfigurationException;
import io.keymoor.host.config.HostConfiguration;
import io.keymoor.host.config.HostDirectory;
import io.keymoor.protocol.KeyNames;
import io.keymoor.protocol.LinkJson;
import io.keymoor.protocol.MalformedMessage;
import io.keymoor.provider.KeyId;
import io.keymoor.secret.SecretBytes;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Key persistence (H5): where an administrator switched it on, the delivered KEKs are on the disk
 * too, in a file under the configuration's key, and come back after a restart of the host without
 * manager and KMS. Only where the TPM gives that key: otherwise whoever takes the disk would have
 * them.
 *
 * <p>Guarantee: when a change was told ({@link #changed}), the file holds exactly the keys that are
 * here; a key whose provider was deleted is not in it any more (R7), and with persistence switched
 * off, or without the TPM, there is no file. Thread-safe.
 */
public final class PersistentKeks {
  private static final Logger LOG = LoggerFactory.getLogger(PersistentKeks.class);
  private static final String PLACE = "kept/";

  private final HostDirectory directory;
  private final HostConfiguration configuration;
  private final HostKeys keys;
  private Set<String> written = Set.of();
  private boolean known;
  private volatile String problem = "";

  /** For the keys of one host. */
  public PersistentKeks(HostDirectory directory, HostConfiguration configuration, HostKeys keys) {
    this.directory = directory;
    this.configuration = configuration;
    this.keys = keys;
  }

  /**
   * The file.
   *
   * @param keks the keys' boxes, base64, by provider and key id
   */
  private record Kept(Map<String, String> keks) {}

  private boolean wanted() {
    return configuration.keepsKeys() && configuration.sealedByTpm();
  }

  /** Brings back what is in the file. */
  public synchronized void load() {
    if (!wanted()) {
      return;
    }
    try {
      Optional<byte[]> json = configuration.readBeside(directory.keptKeys());
      if (json.isPresent()) {
        int found = keys.deliver(opened(LinkJson.read(json.get(), Kept.class)));
        LOG.info("Has {} keys of standard providers from its disk, sealed by the TPM.", found);
      }
    } catch (CryptoException | MalformedMessage damaged) {
      LOG.warn(
          "The keys of standard providers in {} can't be used: {} The manager sends them again.",
          directory.keptKeys(),
          damaged.getMessage());
    } catch (ConfigurationException unreadable) {
      LOG.warn("{} The manager sends the keys again.", unreadable.getMessage());
    }
  }

  private List<DeliveredKeks.Named> opened(Kept kept) {
    List<DeliveredKeks.Named> found = new ArrayList<>();
    kept.keks()
        .forEach((name, box) -> {
          try {
            int slash = name.indexOf('/');
            SecretBytes kek = configuration.openKept(PLACE + name, Base64.getDecoder().decode(box));
            found.add(
                new DeliveredKeks.Named(
                    UUID.fromString(name.substring(0, Math.max(slash, 0))),
                    new KeyId(name.substring(slash + 1)),
                    kek));
          } catch (IllegalArgumentException | CryptoException damaged) {
            LOG.warn("One key in {} can't be used.", directory.keptKeys());
          }
        });
    return found;
  }

  /** The keys, or whether they are to be kept, may have changed: the file is right after this. */
  public synchronized void changed() {
    try {
      if (wanted()) {
        write();
      } else if (!known || !written.isEmpty()) {
        directory.erase(directory.keptKeys());
        written = Set.of();
      }
      known = true;
      problem = "";
    } catch (ConfigurationException failure) {
      known = false;
      problem =
          "Keys of standard providers on this disk are not up to date. " + failure.getMessage();
      LOG.error("{}", problem);
    }
  }

  private void write() {
    Map<String, String> boxes = new LinkedHashMap<>();
    for (KeyNames names : keys.delivered().names()) {
      for (String id : names.ids()) {
        String name = names.provider() + "/" + id;
        keys.delivered()
            .copy(names.provider(), new KeyId(id))
            .ifPresent(kek -> boxes.put(name, box(name, kek)));
      }
    }
    if (known && boxes.keySet().equals(written)) {
      return;
    }
    configuration.writeBeside(directory.keptKeys(), LinkJson.write(new Kept(boxes)));
    written = Set.copyOf(boxes.keySet());
  }

  private String box(String name, SecretBytes kek) {
    try (kek) {
      return Base64.getEncoder().encodeToString(configuration.sealKept(PLACE + name, kek));
    }
  }

  /** What is wrong, in a sentence; empty when all is well. */
  public Optional<String> problem() {
    return Optional.of(problem).filter(words -> !words.isEmpty());
  }
}
