package io.keymoor.hypervisor;

import java.util.Optional;
import java.util.UUID;

/**
 * A TPM in a domain's definition.
 *
 * @param model such as "tpm-crb"
 * @param backend "emulator" for a vTPM, "passthrough" for the host's
 * @param version such as "2.0"
 * @param secret the libvirt secret under which swtpm encrypts the state; absent when in clear
 */
public record DomainVtpm(String model, String backend, String version, Optional<UUID> secret) {}
