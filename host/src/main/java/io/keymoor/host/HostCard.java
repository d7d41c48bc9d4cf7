package io.keymoor.host;

import io.keymoor.crypto.SealedFile;
import io.keymoor.host.vm.MigrationAddress;
import io.keymoor.protocol.LinkJson;
import io.keymoor.protocol.MalformedMessage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;

/**
 * What root on one host has to know of another to send a VM there while no manager says it. There
 * is no secret in it, and it is taken from whoever brings it: a host that has none of the VM's keys
 * can't be an end of the migration, whatever its card says.
 *
 * @param cluster the host's cluster
 * @param host its id
 * @param name its name
 * @param uri how other hosts' libvirts reach its libvirt
 * @param address where its QEMUs listen
 */
record HostCard(UUID cluster, UUID host, String name, String uri, String address) {
  private static final int LARGEST = 4096;

  /** Where an agent leaves its own. */
  static Path in(Path runtime) {
    return runtime.resolve("address.json");
  }

  void write(Path file) {
    SealedFile.replace(file, LinkJson.write(this));
  }

  String text() {
    return new String(LinkJson.write(this), java.nio.charset.StandardCharsets.UTF_8);
  }

  /** The card; absent when this is none. */
  static Optional<HostCard> read(InputStream in) throws IOException {
    byte[] json = in.readNBytes(LARGEST + 1);
    if (json.length > LARGEST) {
      return Optional.empty();
    }
    try {
      HostCard card = LinkJson.read(json, HostCard.class);
      return card.name().matches("[A-Za-z0-9][A-Za-z0-9._-]{0,62}")
              && MigrationAddress.uriAllowed(card.uri())
              && MigrationAddress.addressAllowed(card.address())
          ? Optional.of(card)
          : Optional.empty();
    } catch (MalformedMessage none) {
      return Optional.empty();
    }
  }
}
