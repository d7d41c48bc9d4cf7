package io.keymoor.manager.rest;

import io.keymoor.manager.domain.Access;
import io.keymoor.manager.domain.Audit;
import io.keymoor.manager.domain.CertificateIssuer;
import io.keymoor.manager.domain.Estate;
import io.keymoor.manager.domain.HostAdministration;
import io.keymoor.manager.domain.JoinTokens;
import io.keymoor.manager.domain.KmsServices;
import io.keymoor.manager.domain.ProviderBackups;
import io.keymoor.manager.domain.Providers;
import io.keymoor.manager.domain.Settings;
import io.keymoor.manager.domain.Tasks;
import io.keymoor.manager.domain.Users;
import io.keymoor.manager.domain.VmOperations;
import io.keymoor.manager.domain.Vms;
import io.keymoor.manager.domain.attestation.TpmTrust;
import io.keymoor.manager.domain.bulk.Bulks;
import io.keymoor.manager.domain.overview.Overviews;
import io.keymoor.manager.domain.overview.Theft;
import java.security.SecureRandom;

/**
 * What the API stands on.
 *
 * @param version the product's version
 */
public record Services(
    String version,
    Settings settings,
    Access access,
    Audit audit,
    Providers providers,
    ProviderBackups backups,
    Estate estate,
    HostAdministration hosts,
    TpmTrust tpms,
    JoinTokens joinTokens,
    CertificateIssuer issuer,
    SecureRandom random,
    Vms vms,
    VmOperations operations,
    Tasks tasks,
    Bulks bulks,
    Overviews overviews,
    Theft theft,
    KmsServices kms,
    Users users) {}
