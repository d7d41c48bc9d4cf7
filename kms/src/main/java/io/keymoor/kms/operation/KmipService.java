package io.keymoor.kms.operation;

import io.keymoor.crypto.CertificateAuthority;
import io.keymoor.kms.audit.AuditSink;
import io.keymoor.kms.monitor.Metrics;
import io.keymoor.kms.object.ObjectSource;
import io.keymoor.kms.object.Vault;
import io.keymoor.kms.store.Clients;
import io.keymoor.kms.store.GroupCommit;
import io.keymoor.kms.store.Objects;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.function.Supplier;

/**
 * What requests are answered with.
 *
 * @param nodeName what the audit calls this node
 * @param certifying the authority that certifies clients' keys, made when it is first asked for
 */
public record KmipService(
    String nodeName,
    Objects objects,
    ObjectSource source,
    Clients clients,
    GroupCommit commit,
    AuditSink audit,
    Vault vault,
    Metrics metrics,
    InstantSource clock,
    SecureRandom random,
    SeedPolicy seedPolicy,
    Supplier<CertificateAuthority> certifying) {}
