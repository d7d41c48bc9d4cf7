package io.keymoor.protocol;

import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * The whole state of a host.
 *
 * @param desiredRevision revision of the desired state that it has applied
 * @param encryptionMode incapable, prepared, safe or error
 * @param encryptionModeDetail why it is not safe, or what is wrong; empty when all is well
 * @param hostKeyProvider provider of the host key, once there is one
 * @param hostKeyId id of that key
 * @param hypervisorState "ok" or why libvirt can't be used
 * @param providers every provider it knows
 * @param vms every persistent domain of its libvirt
 */
public record HostReport(
    long desiredRevision,
    EncryptionMode encryptionMode,
    String encryptionModeDetail,
    Optional<UUID> hostKeyProvider,
    Optional<String> hostKeyId,
    String hypervisorState,
    List<ProviderReport> providers,
    List<VmReport> vms) {
  public HostReport {
    providers = List.copyOf(providers);
    vms = List.copyOf(vms);
  }

  /** Host encryption mode, with vSphere's names for its states. */
  public enum EncryptionMode {
    INCAPABLE,
    PREPARED,
    SAFE,
    /** Keys that its cluster needs can't be had (H4); it goes on trying. */
    ERROR
  }
}
