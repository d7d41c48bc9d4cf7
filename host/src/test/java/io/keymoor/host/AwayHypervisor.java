package io.keymoor.host;

import io.keymoor.hypervisor.BlockCopies;
import io.keymoor.hypervisor.Domain;
import io.keymoor.hypervisor.DomainDefinition;
import io.keymoor.hypervisor.DomainListener;
import io.keymoor.hypervisor.Hypervisor;
import io.keymoor.hypervisor.HypervisorException;
import io.keymoor.hypervisor.HypervisorVersions;
import io.keymoor.hypervisor.MemorySnapshot;
import io.keymoor.secret.SecretBytes;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** A libvirt whose daemon does not run until it is told to, and has no domains then. */
final class AwayHypervisor implements Hypervisor {
  private volatile boolean away = true;

  void comeBack() {
    away = false;
  }

  private void ask() {
    if (away) {
      throw new HypervisorException.Unavailable(
          "test:///away", "connection refused", new IllegalStateException("away"));
    }
  }

  @Override
  public HypervisorVersions versions() {
    ask();
    return new HypervisorVersions("9.0.0", "7.2.0");
  }

  @Override
  public List<Domain> domains() {
    ask();
    return List.of();
  }

  @Override
  public Optional<Domain> domain(UUID id) {
    ask();
    return Optional.empty();
  }

  @Override
  public Optional<Domain> domain(String name) {
    ask();
    return Optional.empty();
  }

  @Override
  public void define(DomainDefinition definition) {
    ask();
  }

  @Override
  public void makeDefinitionsDurable() {
    ask();
  }

  @Override
  public boolean autostarts(UUID domain) {
    ask();
    return false;
  }

  @Override
  public boolean hasSavedMemory(UUID domain) {
    ask();
    return false;
  }

  @Override
  public List<MemorySnapshot> memorySnapshots(UUID domain) {
    ask();
    return List.of();
  }

  @Override
  public void setKeyRecord(UUID domain, String json) {
    ask();
  }

  @Override
  public void removeKeyRecord(UUID domain) {
    ask();
  }

  @Override
  public Optional<DomainDefinition> liveDefinition(UUID domain) {
    ask();
    return Optional.empty();
  }

  @Override
  public BlockCopies blockCopies() {
    throw new UnsupportedOperationException("it has no domains");
  }

  @Override
  public void undefine(UUID domain) {
    ask();
  }

  @Override
  public void start(UUID domain) {
    ask();
  }

  @Override
  public void shutDown(UUID domain) {
    ask();
  }

  @Override
  public void powerOff(UUID domain) {
    ask();
  }

  @Override
  public void dumpMemory(UUID domain, Path pipe) {
    ask();
  }

  @Override
  public void reset(UUID domain) {
    ask();
  }

  @Override
  public void putSecret(UUID id, String description, SecretBytes value) {
    ask();
  }

  @Override
  public void removeSecret(UUID id) {
    ask();
  }

  @Override
  public List<UUID> secrets() {
    ask();
    return List.of();
  }

  @Override
  public Subscription listen(DomainListener listener) {
    return () -> {};
  }

  @Override
  public void close() {}
}
