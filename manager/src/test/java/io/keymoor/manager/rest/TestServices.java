package io.keymoor.manager.rest;

import io.keymoor.crypto.CertificateAuthority;
import io.keymoor.manager.domain.Access;
import io.keymoor.manager.domain.Audit;
import io.keymoor.manager.domain.Bell;
import io.keymoor.manager.domain.CertificateIssuer;
import io.keymoor.manager.domain.Downloads;
import io.keymoor.manager.domain.Estate;
import io.keymoor.manager.domain.HostAdministration;
import io.keymoor.manager.domain.HostEnrolment;
import io.keymoor.manager.domain.HostIdentities;
import io.keymoor.manager.domain.JoinTokens;
import io.keymoor.manager.domain.KmsServices;
import io.keymoor.manager.domain.ProviderBackups;
import io.keymoor.manager.domain.ProviderViews;
import io.keymoor.manager.domain.Providers;
import io.keymoor.manager.domain.Settings;
import io.keymoor.manager.domain.Tasks;
import io.keymoor.manager.domain.Users;
import io.keymoor.manager.domain.Vault;
import io.keymoor.manager.domain.VmOperations;
import io.keymoor.manager.domain.Vms;
import io.keymoor.manager.domain.attestation.TpmTrust;
import io.keymoor.manager.domain.bulk.Bulks;
import io.keymoor.manager.domain.overview.Overviews;
import io.keymoor.manager.domain.overview.Theft;
import io.keymoor.manager.domain.port.Stores;
import io.keymoor.manager.domain.port.Transactions;
import io.keymoor.secret.SecretBytes;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.UUID;
import java.util.function.Function;

/** Services that look right and have no database behind them. */
final class TestServices {
  private TestServices() {}

  static Services withoutDatabase() {
    Transactions none =
        new Transactions() {
          @Override
          public <T> T in(Function<Stores, T> work) {
            throw new IllegalStateException("there is no database");
          }
        };
    Clock clock = Clock.systemUTC();
    SecureRandom random = new SecureRandom();
    Bell bell = new Bell();
    Settings settings =
        new Settings(UUID.randomUUID(), Duration.ZERO, Duration.ZERO, Duration.ZERO);
    Audit audit = new Audit(none, clock);
    Vault vault = new Vault(SecretBytes.random(32, random), random);
    ProviderViews views = new ProviderViews(clock, Duration.ZERO);
    CertificateIssuer issuer =
        new CertificateIssuer(CertificateAuthority.create("test", clock, random), "https://m");
    HostIdentities identities = new HostIdentities(none, audit, issuer, clock);
    KmsServices kms =
        KmsServices.of(none, audit, vault, settings.managerId(), views, bell, clock, random);
    return new Services(
        "0",
        settings,
        new Access(none, audit),
        audit,
        new Providers(none, audit, vault, bell, views, clock),
        new ProviderBackups(none, audit, vault, bell, new Downloads(clock, random), clock),
        new Estate(none, audit, issuer, views, bell, clock),
        new HostAdministration(none, audit, identities, bell, clock),
        new TpmTrust(none, audit, bell, clock),
        new JoinTokens(
            none, audit, new HostEnrolment(audit, issuer, identities, clock), bell, clock),
        issuer,
        random,
        new Vms(none, audit, clock),
        new VmOperations(none, audit, kms.keys(), bell, clock),
        new Tasks(none, audit, bell, settings, clock),
        new Bulks(none, audit, views, bell, clock),
        new Overviews(none, views, clock),
        new Theft(none, views),
        kms,
        new Users(none, audit, issuer));
  }
}
