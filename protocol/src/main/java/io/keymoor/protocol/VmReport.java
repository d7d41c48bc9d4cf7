package io.keymoor.protocol;

import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * A libvirt domain as a host sees it.
 *
 * @param id the domain's UUID
 * @param name the domain's name
 * @param power whether it runs
 * @param parts its home and disks
 * @param vtpm whether it has a virtual TPM
 * @param lockedReason why its keys can't be had, in a sentence naming provider and key id; absent
 *     when unlocked or not encrypted
 * @param generation generation of its key record; 0 without one
 * @param keyRecord the key record's JSON, for the manager's index; absent without one
 * @param concerns what an administrator should see to; empty when all is well
 */
public record VmReport(
    UUID id,
    String name,
    Power power,
    List<PartReport> parts,
    boolean vtpm,
    Optional<String> lockedReason,
    long generation,
    Optional<String> keyRecord,
    List<Concern> concerns) {
  public VmReport {
    parts = List.copyOf(parts);
    concerns = List.copyOf(concerns);
  }

  /** Of a domain about which there is nothing to see to. */
  public VmReport(
      UUID id,
      String name,
      Power power,
      List<PartReport> parts,
      boolean vtpm,
      Optional<String> lockedReason,
      long generation,
      Optional<String> keyRecord) {
    this(id, name, power, parts, vtpm, lockedReason, generation, keyRecord, List.of());
  }

  /**
   * Something about a VM that an administrator should see to.
   *
   * @param kind what it is
   * @param sentence what was found, and what to do
   */
  public record Concern(Kind kind, String sentence) {
    /** What it is. */
    public enum Kind {
      /** It runs here, and its lease says that it runs on another host. */
      RUNS_TWICE,
      /** Something of an encrypted VM lies on storage in clear (R10). */
      IN_CLEAR
    }
  }

  /** Power states as people name them. */
  public enum Power {
    OFF,
    RUNNING,
    PAUSED,
    OTHER
  }

  /**
   * One part of a VM.
   *
   * @param part "home" or "disk:" and the target device
   * @param encrypted whether it is encrypted now
   * @param provider provider of its current key, when encrypted
   * @param providerName that provider's name as recorded
   * @param keyId id of its current key, when encrypted
   * @param image file of a disk
   * @param format "raw" or "qcow2" for a disk
   * @param sizeBytes virtual size of a disk; 0 when unknown or not a disk
   * @param note what a person should know, such as "NVRAM is not encrypted"; otherwise empty
   */
  public record PartReport(
      String part,
      boolean encrypted,
      Optional<UUID> provider,
      Optional<String> providerName,
      Optional<String> keyId,
      Optional<String> image,
      Optional<String> format,
      long sizeBytes,
      String note) {}
}
