package io.keymoor.manager.domain.port;

/** The stores of one transaction; not to be used after it. */
public interface Stores {
  ProviderStore providers();

  EstateStore estate();

  HostCertificates hostCertificates();

  JoinTickets joinTickets();

  KmsStore kms();

  KmsKeyStore kmsKeys();

  WrappedKekStore wrappedKeks();

  TpmStore tpms();

  VmStore vms();

  TaskStore tasks();

  AuditStore audit();

  AccessStore access();

  BulkStore bulks();

  RotationStore rotations();
}
