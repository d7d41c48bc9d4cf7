package io.keymoor.hypervisor;

import io.keymoor.hypervisor.HypervisorException.NoSuchDomain;
import io.keymoor.hypervisor.HypervisorException.Refused;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import org.libvirt.Connect;
import org.libvirt.Domain;
import org.libvirt.Domain.DomainMigrateParameters;
import org.libvirt.Domain.MigrateFlags;
import org.libvirt.DomainJobInfo;
import org.libvirt.LibvirtException;
import org.libvirt.TypedParameter;
import org.libvirt.TypedStringParameter;

/**
 * Peer-to-peer migrations through virDomainMigrateToURI3.
 *
 * @param calls for the long call: on libvirt's client before 10.0 others on its connection might
 *     wait for it
 * @param questions for all others
 */
record LibvirtMigrations(Calls calls, Calls questions) implements Migrations {
  private static final int FLAGS =
      MigrateFlags.LIVE
          | MigrateFlags.PEER2PEER
          | MigrateFlags.TLS
          | MigrateFlags.PERSIST_DEST
          | MigrateFlags.ABORT_ON_ERROR;

  /**
   * libvirt ends a migration whose caller died, and takes seconds for it in which it shows no job.
   */
  private static final String BUSY = "another migration job is already running";

  private static final Duration AGAIN = Duration.ofSeconds(2);
  private static final int ATTEMPTS = 15;

  @Override
  public void migrate(UUID id, Target to, boolean unsafe) {
    TypedParameter[] parameters = parameters(to);
    int flags = unsafe ? FLAGS | MigrateFlags.UNSAFE : FLAGS;
    for (int attempt = 1; ; attempt++) {
      try {
        calls.makeOnce(
            "VM " + id + " was not migrated",
            connection -> existing(connection, id).migrateToURI(to.uri(), parameters, flags));
        return;
      } catch (Refused busy) {
        if (attempt == ATTEMPTS || !String.valueOf(busy.getMessage()).contains(BUSY)) {
          throw busy;
        }
        LockSupport.parkNanos(AGAIN.toNanos());
      }
    }
  }

  private static TypedParameter[] parameters(Target to) {
    List<TypedParameter> parameters = new ArrayList<>();
    boolean ipv6 = to.address().indexOf(':') >= 0;
    parameters.add(
        text(
            DomainMigrateParameters.VIR_MIGRATE_PARAM_URI,
            "tcp://" + (ipv6 ? "[" + to.address() + "]" : to.address())));
    parameters.add(text(DomainMigrateParameters.VIR_MIGRATE_PARAM_TLS_DESTINATION, to.tlsName()));
    if (ipv6 || to.address().matches("[0-9.]+")) {
      parameters.add(text(DomainMigrateParameters.VIR_MIGRATE_PARAM_LISTEN_ADDRESS, to.address()));
    }
    return parameters.toArray(TypedParameter[]::new);
  }

  private static TypedParameter text(String name, String value) {
    return new TypedStringParameter(name, value);
  }

  @Override
  public Optional<Progress> progress(UUID id) {
    return questions.make(
        "How far the migration of VM " + id + " is can't be found out",
        connection -> {
          Domain domain = existing(connection, id);
          if (domain.isActive() != 1) {
            return Optional.empty();
          }
          DomainJobInfo job = domain.getJobInfo();
          // virDomainJobType: 1 and 2 are jobs under way.
          return job.getType() == 1 || job.getType() == 2
              ? Optional.of(new Progress(job.getDataProcessed(), job.getDataTotal()))
              : Optional.empty();
        });
  }

  @Override
  public void abort(UUID id) {
    questions.make(
        "The migration of VM " + id + " was not ended",
        connection -> {
          Domain domain = existing(connection, id);
          if (domain.isActive() == 1 && domain.getJobInfo().getType() != 0) {
            try {
              domain.abortJob();
            } catch (LibvirtException e) {
              // It may have ended in between.
              if (domain.isActive() == 1 && domain.getJobInfo().getType() != 0) {
                throw e;
              }
            }
          }
          return domain;
        });
  }

  private static Domain existing(Connect connection, UUID id) throws LibvirtException {
    return Libvirt.lookUp(() -> connection.domainLookupByUUID(id))
        .orElseThrow(() -> new NoSuchDomain(id.toString()));
  }
}
