package io.keymoor.host.vm;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.keymoor.crypto.CryptoException;
import io.keymoor.crypto.KeyDerivation;
import io.keymoor.crypto.SealedFile;
import io.keymoor.hypervisor.Domain;
import io.keymoor.hypervisor.DomainDefinition;
import io.keymoor.protocol.HostCommand;
import io.keymoor.provider.record.KeyEntry;
import io.keymoor.provider.record.KeyRecord;
import io.keymoor.provider.record.KeyRecordCodec;
import io.keymoor.provider.record.PartKeys;
import io.keymoor.provider.record.RecordKeys;
import io.keymoor.secret.SecretBytes;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;

/**
 * Defines a VM here from its home on the shared storage, with keys that this host has in memory:
 * neither manager nor KMS is asked (V11).
 */
final class Adoption {
  private final VmTools tools;
  private final Neighbourhood neighbourhood;
  private final RecordCopies copies;

  Adoption(VmTools tools, Neighbourhood neighbourhood) {
    this.tools = tools;
    this.neighbourhood = neighbourhood;
    this.copies = new RecordCopies(tools);
  }

  /** The VM is defined here and off, and may start. */
  Result adopt(HostCommand.AdoptVm command) {
    Path home = Path.of(command.home()).toAbsolutePath().normalize();
    DomainDefinition definition = definition(home, command.vm());
    Optional<Domain> known = tools.hypervisor().domain(definition.id());
    if (known.filter(Domain::active).isPresent()) {
      neighbourhood.leases().keep(known.get().definition(), command.fenced());
      return Result.of("VM \"" + definition.name() + "\" runs on this host already.");
    }
    if (copies.unlocked(definition).isEmpty()) {
      throw unusable(home, "its definition names no key record");
    }
    neighbourhood.leases().takeOver(definition, command.fenced());
    tools.hypervisor().define(definition);
    tools.hypervisor().makeDefinitionsDurable();
    return Result.of("VM \"" + definition.name() + "\" is defined on this host, and off.");
  }

  private DomainDefinition definition(Path home, UUID vm) {
    KeyRecord record =
        (VmHome.isDirectory(home)
                ? DurableFiles.recordText(VmHome.record(home))
                : Optional.<String>empty())
            .map(KeyRecordCodec::read)
            .orElseThrow(() -> unusable(home, "it holds no key record"));
    KeyEntry entry =
        record
            .current(PartKeys.HOME)
            .orElseThrow(() -> unusable(home, "its key record has no key for a home"));
    if (!record.objectId().equals(vm)) {
      throw unusable(home, "its key record is another VM's");
    }
    try (SecretBytes dek = RecordKeys.unwrap(vm, PartKeys.HOME, entry, tools.keys());
        SecretBytes key = KeyDerivation.homeSealingKey(dek, vm)) {
      byte[] xml =
          SealedFile.readDocument(VmHome.sealedDefinition(home), key, VmHome.DEFINITION_PURPOSE);
      DomainDefinition definition = DomainDefinition.parse(new String(xml, UTF_8));
      if (!definition.id().equals(vm)) {
        throw unusable(home, "its definition is another VM's");
      }
      return definition;
    } catch (CryptoException damaged) {
      throw unusable(home, "its definition does not open: " + damaged.getMessage());
    }
  }

  private static VmException unusable(Path home, String why) {
    return new VmException(
        "home_unusable",
        "The home "
            + home
            + " can't be used: "
            + why
            + ". Nothing was changed. A home is the directory NAME.keymoor beside the VM's first disk.");
  }
}
