package io.keymoor.host.keys;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.keymoor.crypto.CryptoException;
import io.keymoor.crypto.Hpke;
import io.keymoor.host.config.HostConfiguration;
import io.keymoor.protocol.HeldKeys;
import io.keymoor.protocol.KeyNames;
import io.keymoor.protocol.KeyUpdate;
import io.keymoor.protocol.SealedKeys;
import io.keymoor.provider.KeyId;
import io.keymoor.secret.SecretBytes;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes this host's KEKs of standard providers those that the manager wants.
 *
 * <p>Guarantee: a bundle counts only when it was sealed to this host, in this cluster, for this
 * update's revision and under these names; an update with one that was not, or older than the last
 * one applied, changes nothing. Thread-safe.
 */
public final class KeyUpdates {
  private static final Logger LOG = LoggerFactory.getLogger(KeyUpdates.class);
  private static final byte[] INFO = SealedKeys.INFO.getBytes(UTF_8);

  private final HostConfiguration configuration;
  private final HostKeys keys;
  private final UUID host;
  private UUID cluster;
  private boolean listing;

  /** For the host with this id, in this cluster. */
  public KeyUpdates(HostConfiguration configuration, HostKeys keys, UUID host, UUID cluster) {
    this.configuration = configuration;
    this.keys = keys;
    this.host = host;
    this.cluster = cluster;
  }

  /** The host is in this cluster from now on; only keys that were sealed for it there count. */
  public synchronized void inCluster(UUID present) {
    cluster = present;
  }

  /** What the manager should know before it sends more. */
  public synchronized HeldKeys held() {
    HeldKeys held = keys.delivered().held(listing);
    // Once is enough: a manager that did not hear it asks again.
    listing = false;
    return held;
  }

  /**
   * Applies an update.
   *
   * @throws MalformedKeyUpdate when it makes no sense, or was not meant for this host now; all is
   *     as before
   */
  public synchronized void apply(KeyUpdate update) {
    if (update.revision() < keys.delivered().revision()) {
      throw new MalformedKeyUpdate(
          "it has revision "
              + update.revision()
              + ", which is older than "
              + keys.delivered().revision()
              + ", the one applied last");
    }
    if (update.listing()) {
      listing = true;
      return;
    }
    List<DeliveredKeks.Named> opened = opened(update);
    keys.delivered().forget(update.forgotten());
    int kept = keys.deliver(opened);
    keys.delivered().missing(update.revision(), update.missing());
    if (kept > 0 || !update.missing().isEmpty()) {
      LOG.info(
          "Took over {} keys of standard providers and has {}; {} can't be had now.",
          kept,
          keys.delivered().size(),
          update.missing().stream().mapToInt(missing -> missing.ids().size()).sum());
    }
    keys.tellListeners();
  }

  private List<DeliveredKeks.Named> opened(KeyUpdate update) {
    List<DeliveredKeks.Named> opened = new ArrayList<>();
    try (SecretBytes own = configuration.sealingKey()) {
      for (SealedKeys bundle : update.sealed()) {
        open(bundle, update.revision(), own, opened);
      }
      requireRoom(update, opened);
      return opened;
    } catch (CryptoException notForUs) {
      opened.forEach(named -> named.kek().close());
      throw new MalformedKeyUpdate("its keys do not open on this host in this cluster now");
    } catch (MalformedKeyUpdate refused) {
      opened.forEach(named -> named.kek().close());
      throw refused;
    }
  }

  private void open(
      SealedKeys bundle, long revision, SecretBytes own, List<DeliveredKeks.Named> opened) {
    byte[] context =
        SealedKeys.context(
            new SealedKeys.Recipient(host, cluster, revision), bundle.provider(), bundle.ids());
    try (SecretBytes all = Hpke.open(own, INFO, context, bundle.sealed().bytes())) {
      List<SecretBytes> each = all.cut(SealedKeys.KEK_BYTES);
      for (int i = 0; i < each.size(); i++) {
        opened.add(
            new DeliveredKeks.Named(
                bundle.provider(), new KeyId(bundle.ids().get(i)), each.get(i)));
      }
    }
  }

  private void requireRoom(KeyUpdate update, List<DeliveredKeks.Named> opened) {
    int after = keys.delivered().size() + opened.size();
    if (after > KeyNames.MOST && !update.sealed().isEmpty()) {
      throw new MalformedKeyUpdate("it would make " + after + " keys");
    }
  }
}
