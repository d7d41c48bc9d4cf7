package io.keymoor.manager.domain.attestation;

import static io.keymoor.manager.domain.model.TpmStanding.APPROVAL;

import io.keymoor.crypto.CertificateAuthority;
import io.keymoor.manager.domain.Audit;
import io.keymoor.manager.domain.Bell;
import io.keymoor.manager.domain.Subject;
import io.keymoor.manager.domain.Usage;
import io.keymoor.manager.domain.model.Bytes;
import io.keymoor.manager.domain.model.Caller;
import io.keymoor.manager.domain.model.Host;
import io.keymoor.manager.domain.model.InventoryVm;
import io.keymoor.manager.domain.model.Refusal;
import io.keymoor.manager.domain.model.TpmAuthority;
import io.keymoor.manager.domain.model.TpmRecord;
import io.keymoor.manager.domain.model.Vm;
import io.keymoor.manager.domain.port.Stores;
import io.keymoor.manager.domain.port.Transactions;
import io.keymoor.provider.catalog.ProviderEntry;
import io.keymoor.tpm.credential.MakerCertificates;
import io.keymoor.tpm.credential.NotATpmKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Whose TPMs are trusted: an administrator's decisions, each on the trail. Thread-safe. */
public final class TpmTrust {
  private static final int MOST_NAMES = 20;
  private static final Pattern FINGERPRINT = Pattern.compile("sha256:[0-9a-f]{64}");

  private final Transactions transactions;
  private final Audit audit;
  private final Bell hostNews;
  private final InstantSource clock;

  public TpmTrust(Transactions transactions, Audit audit, Bell hostNews, InstantSource clock) {
    this.transactions = transactions;
    this.audit = audit;
    this.hostNews = hostNews;
    this.clock = clock;
  }

  /** The makers' authorities that are trusted. */
  public List<TpmAuthority> authorities() {
    return transactions.in(stores -> stores.tpms().authorities());
  }

  /**
   * Trusts the authorities in a file as makers publish them; those that are there stay.
   *
   * @return all of the file
   */
  public List<TpmAuthority> add(Caller caller, byte[] file) {
    return audit.attempt(
        caller,
        Subject.of("tpm_authority.add"),
        () -> {
          List<TpmAuthority> read = read(file);
          transactions.in(stores -> {
            for (TpmAuthority authority : read) {
              if (stores.tpms().add(authority)) {
                audit.ok(
                    stores,
                    caller,
                    Subject.of("tpm_authority.add").on(authority.ref()),
                    authority.fingerprint());
              }
            }
            judgeAll(stores);
            return true;
          });
          hostNews.ring();
          return read;
        });
  }

  private List<TpmAuthority> read(byte[] file) {
    try {
      List<TpmAuthority> all = new ArrayList<>();
      for (X509Certificate certificate : MakerCertificates.parse(file)) {
        all.add(
            new TpmAuthority(
                CertificateAuthority.fingerprint(certificate),
                MakerCertificates.subject(certificate),
                certificate.getNotAfter().toInstant(),
                new Bytes(certificate.getEncoded()),
                clock.instant()));
      }
      return all;
    } catch (NotATpmKey refused) {
      throw unusable(refused.why());
    } catch (CertificateEncodingException impossible) {
      throw unusable("a certificate in it has no encoding");
    }
  }

  private static Refusal unusable(String why) {
    return new Refusal.Invalid(
        "tpm_authority_unusable",
        "This is no file with certificates of a TPM maker's authorities: "
            + why
            + ". Nothing was changed. Take the maker's root or intermediate certificate, in DER or"
            + " PEM.");
  }

  /**
   * Trusts an authority no more.
   *
   * @param even whether also where hosts then lose the keys of providers that require a TPM
   */
  public void remove(Caller caller, String fingerprint, boolean even) {
    audit.attempt(
        caller,
        Subject.named("tpm_authority.remove", "tpm_authority", fingerprint),
        () -> {
          transactions.in(stores -> {
            TpmAuthority authority =
                stores.tpms().authorities().stream()
                    .filter(one -> one.fingerprint().equals(fingerprint))
                    .findFirst()
                    .orElseThrow(() -> unknown(fingerprint));
            stores.tpms().remove(fingerprint);
            List<String> losers = judgeAll(stores);
            if (!losers.isEmpty() && !even && HostAttestation.concerns(stores)) {
              throw inUse(authority, losers);
            }
            audit.ok(
                stores,
                caller,
                Subject.of("tpm_authority.remove").on(authority.ref()),
                losers.isEmpty() ? "" : "no longer trusted: " + String.join(", ", losers));
            return true;
          });
          hostNews.ring();
        });
  }

  private static Refusal unknown(String fingerprint) {
    return new Refusal.NotFound(
        "tpm_authority_not_found",
        "No TPM maker's authority with the fingerprint \""
            + fingerprint
            + "\" is trusted. Nothing was changed. See which are with: keymoor tpm ca list");
  }

  private static Refusal inUse(TpmAuthority authority, List<String> hosts) {
    return new Refusal.Conflict(
        "tpm_authority_in_use",
        "The TPMs of these hosts are trusted because of "
            + authority.subject()
            + " only, and the hosts would lose the keys of providers that require a TPM 2.0: "
            + String.join(", ", hosts)
            + ". Nothing was changed. Approve their keys one by one (keymoor host attest), or repeat"
            + " with --force");
  }

  /** Has the host prove its TPM anew. */
  public void ask(Caller caller, String nameOrId) {
    change(caller, nameOrId, "host.attest_ask", "", (_, _, record) -> record);
  }

  /** Trusts the TPM with this endorsement key, in this host. */
  public void approve(Caller caller, String nameOrId, String fingerprint) {
    change(
        caller,
        nameOrId,
        "host.approve_tpm",
        fingerprint,
        (_, _, record) -> {
          if (!FINGERPRINT.matcher(fingerprint).matches()) {
            throw new Refusal.Invalid(
                "tpm_fingerprint_invalid",
                "The fingerprint \""
                    + fingerprint
                    + "\" is not \"sha256:\" and 64 hexadecimal digits in lower case. Nothing was"
                    + " changed. keymoor host tpm show says it on the host.");
          }
          Optional<String> proved = record.proof().map(proof -> proof.shown().fingerprint());
          if (proved.filter(it -> !it.equals(fingerprint)).isPresent()) {
            throw new Refusal.Conflict(
                "tpm_fingerprint_other",
                "The host proved another endorsement key than the one you approve: "
                    + proved.get()
                    + ". Nothing was changed. If keymoor host tpm show says the one you have, somebody"
                    + " else speaks for this host: find out before anything else. If its TPM was"
                    + " replaced, first: keymoor host attest --withdraw");
          }
          return record.approved(Optional.of(fingerprint));
        });
  }

  /**
   * Approves no key of this host any more, and forgets what it proved.
   *
   * @param even whether also where VMs of the host then can't be powered on there
   */
  public void withdraw(Caller caller, String nameOrId, boolean even) {
    change(
        caller,
        nameOrId,
        "host.withdraw_tpm",
        "",
        (stores, host, record) -> {
          TpmRecord bare = record.without().approved(Optional.empty());
          boolean loses = record.keeps() || record.trustedBy().equals(Optional.of(APPROVAL));
          if (loses && !even) {
            requireUnused(stores, host);
          }
          return bare;
        });
  }

  private static void requireUnused(Stores stores, Host host) {
    Set<UUID> bound =
        stores.providers().catalog().providers().stream()
            .filter(ProviderEntry::tpmRequired)
            .map(ProviderEntry::id)
            .collect(Collectors.toSet());
    List<String> users =
        stores.vms().on(host.id()).stream()
            .map(InventoryVm::vm)
            .filter(vm -> !Collections.disjoint(Usage.providers(Usage.record(vm)), bound))
            .map(Vm::name)
            .sorted()
            .toList();
    if (!users.isEmpty()) {
      throw new Refusal.Conflict(
          "host_tpm_in_use",
          "VMs of host \""
              + host.name()
              + "\" have keys of providers that require a TPM 2.0, and can't be powered on there"
              + " without it: "
              + some(users)
              + ". Nothing was changed. Move them or rekey them to another provider first, or repeat"
              + " with --force; running VMs run on, and all can be powered on again once the host's"
              + " TPM is trusted");
    }
  }

  private static String some(List<String> names) {
    int more = names.size() - MOST_NAMES;
    return String.join(", ", names.subList(0, Math.min(MOST_NAMES, names.size())))
        + (more > 0 ? " and " + more + " more" : "");
  }

  /** What becomes of the record of a host. */
  private interface Change {
    TpmRecord of(Stores stores, Host host, TpmRecord record);
  }

  private void change(Caller caller, String nameOrId, String action, String detail, Change change) {
    audit.attempt(
        caller,
        Subject.named(action, "host", nameOrId),
        () -> {
          transactions.in(stores -> {
            Host host =
                stores
                    .estate()
                    .host(nameOrId)
                    .orElseThrow(() -> Refusal.NotFound.of("host", nameOrId));
            if (host.lastSeen().isPresent() && !host.facts().tpm()) {
              throw new Refusal.Conflict(
                  "host_tpm_required",
                  "The configuration of host \""
                      + host.name()
                      + "\" is not sealed by a TPM 2.0, so there is nothing to attest. Nothing was"
                      + " changed. If the host has a TPM, stop its agent, run keymoor host seal there,"
                      + " and start it again.");
            }
            TpmRecord changed = change.of(stores, host, stores.tpms().lock(host.id()));
            stores
                .tpms()
                .save(
                    new Trust(stores.tpms().authorities(), clock.instant())
                        .judge(changed)
                        .askedFor());
            // The host reports after each news, and hears with the answer that it is asked.
            stores.estate().newRevisions(clock.instant());
            audit.ok(stores, caller, Subject.of(action).on(host.ref()), detail);
            return true;
          });
          hostNews.ring();
        });
  }

  /** Judges all anew; the names of hosts whose TPMs are trusted no more. */
  private List<String> judgeAll(Stores stores) {
    Trust trust = new Trust(stores.tpms().authorities(), clock.instant());
    List<String> losers = new ArrayList<>();
    boolean changed = false;
    for (TpmRecord record : stores.tpms().lockProved()) {
      TpmRecord judged = trust.judge(record);
      if (!judged.equals(record)) {
        stores.tpms().save(judged);
        changed = true;
      }
      if (record.trustedBy().isPresent() && judged.trustedBy().isEmpty()) {
        losers.add(
            stores.estate().host(record.host()).map(Host::name).orElse(record.host().toString()));
      }
    }
    if (changed && HostAttestation.concerns(stores)) {
      stores.estate().newRevisions(clock.instant());
    }
    return losers;
  }
}
