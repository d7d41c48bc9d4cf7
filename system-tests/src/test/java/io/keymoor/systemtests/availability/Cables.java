package io.keymoor.systemtests.availability;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keymoor.quickstart.scene.Network;
import io.keymoor.systemtests.cluster.ClusterLab;
import io.keymoor.systemtests.kms.Wire;
import io.keymoor.systemtests.kms.WireFault;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * What lies between the parts of a cluster, each piece of which can be cut: between each host and
 * the manager, between the manager and the KMS, between each host's libvirt and the others'.
 */
final class Cables implements Network, AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Map<String, Wire> toManager = new TreeMap<>();
  private final List<Wire> toKms = new ArrayList<>();
  private final Map<String, Path> libvirts = new TreeMap<>();
  private final Map<String, SocketWire> toLibvirt = new TreeMap<>();

  Cables() {
    for (int i = 1; i <= ClusterLab.HOSTS; i++) {
      toManager.put("host" + i, Wire.laid());
    }
  }

  @Override
  public List<String> managerNames() {
    return toManager.values().stream().map(Wire::host).toList();
  }

  /** Has it find its manager elsewhere, as a change of a name's address does. */
  @Override
  public synchronized void enrolled(String host, Path agent) {
    Path grant = agent.resolve("host-grant.json");
    Wire wire = wire(host);
    try {
      ObjectNode json = (ObjectNode) JSON.readTree(grant.toFile());
      URI manager = URI.create(json.path("manager_url").asText());
      wire.leadTo(new InetSocketAddress(manager.getHost(), manager.getPort()));
      json.put("manager_url", "https://" + wire.name());
      JSON.writeValue(grant.toFile(), json);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
    Path socket = Objects.requireNonNull(libvirts.get(host));
    toLibvirt.put(host, SocketWire.laid(far(socket), socket));
  }

  private Wire wire(String host) {
    return Objects.requireNonNull(toManager.get(host));
  }

  @Override
  public String toKms(String address) {
    int colon = address.lastIndexOf(':');
    Wire wire = Wire.laid();
    wire.leadTo(
        new InetSocketAddress(
            address.substring(0, colon), Integer.parseInt(address.substring(colon + 1))));
    toKms.add(wire);
    return wire.name();
  }

  @Override
  public Path toLibvirt(String host, Path socket) {
    libvirts.put(host, socket);
    return far(socket);
  }

  /** Out of the directory that a power cut empties: from DIR/libvirt/run/libvirt to DIR. */
  private static Path far(Path socket) {
    return socket.resolve("../../../../far").normalize();
  }

  /** Between the manager and all servers of the KMS nothing passes. */
  void cutKms() {
    toKms.forEach(wire -> wire.suffer(new WireFault.Refused()));
  }

  /** Between the host and the manager nothing passes. */
  void cutManager(String host) {
    wire(host).suffer(new WireFault.Refused());
  }

  /** No other host's libvirt reaches any. */
  void cutHosts() {
    toLibvirt.values().forEach(SocketWire::cut);
  }

  /** All of it is whole again. */
  void mend() {
    toKms.forEach(Cables::mend);
    toManager.values().forEach(Cables::mend);
    toLibvirt.values().forEach(SocketWire::mend);
  }

  private static void mend(Wire wire) {
    wire.suffer(new WireFault.None());
  }

  @Override
  public void close() {
    toKms.forEach(Wire::close);
    toManager.values().forEach(Wire::close);
    toLibvirt.values().forEach(SocketWire::close);
  }
}
