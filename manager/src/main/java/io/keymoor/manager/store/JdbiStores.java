package io.keymoor.manager.store;

import io.keymoor.manager.domain.port.AccessStore;
import io.keymoor.manager.domain.port.AuditStore;
import io.keymoor.manager.domain.port.BulkStore;
import io.keymoor.manager.domain.port.EstateStore;
import io.keymoor.manager.domain.port.HostCertificates;
import io.keymoor.manager.domain.port.JoinTickets;
import io.keymoor.manager.domain.port.KmsKeyStore;
import io.keymoor.manager.domain.port.KmsStore;
import io.keymoor.manager.domain.port.ProviderStore;
import io.keymoor.manager.domain.port.RotationStore;
import io.keymoor.manager.domain.port.Stores;
import io.keymoor.manager.domain.port.TaskStore;
import io.keymoor.manager.domain.port.TpmStore;
import io.keymoor.manager.domain.port.VmStore;
import io.keymoor.manager.domain.port.WrappedKekStore;
import org.jdbi.v3.core.Handle;

/** The stores of one transaction on one connection. */
record JdbiStores(Handle handle) implements Stores {
  @Override
  public ProviderStore providers() {
    return new ProviderTable(handle);
  }

  @Override
  public EstateStore estate() {
    return new EstateTables(handle);
  }

  @Override
  public HostCertificates hostCertificates() {
    return new HostCertificateTables(handle);
  }

  @Override
  public JoinTickets joinTickets() {
    return new JoinTicketTable(handle);
  }

  @Override
  public KmsStore kms() {
    return new KmsTables(handle);
  }

  @Override
  public KmsKeyStore kmsKeys() {
    return new KmsKeyTable(handle);
  }

  @Override
  public WrappedKekStore wrappedKeks() {
    return new WrappedKekTable(handle);
  }

  @Override
  public TpmStore tpms() {
    return new TpmTables(handle);
  }

  @Override
  public VmStore vms() {
    return new VmTable(handle);
  }

  @Override
  public TaskStore tasks() {
    return new TaskTable(handle);
  }

  @Override
  public AuditStore audit() {
    return new AuditTable(handle);
  }

  @Override
  public AccessStore access() {
    return new AccessTables(handle);
  }

  @Override
  public BulkStore bulks() {
    return new BulkTable(handle);
  }

  @Override
  public RotationStore rotations() {
    return new RotationTable(handle);
  }
}
