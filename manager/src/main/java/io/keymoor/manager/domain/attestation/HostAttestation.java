package io.keymoor.manager.domain.attestation;

import io.keymoor.manager.domain.Audit;
import io.keymoor.manager.domain.Bell;
import io.keymoor.manager.domain.CertificateIssuer;
import io.keymoor.manager.domain.Subject;
import io.keymoor.manager.domain.model.Bytes;
import io.keymoor.manager.domain.model.Host;
import io.keymoor.manager.domain.model.Refusal;
import io.keymoor.manager.domain.model.TpmRecord;
import io.keymoor.manager.domain.model.TpmStanding;
import io.keymoor.manager.domain.port.Stores;
import io.keymoor.manager.domain.port.Transactions;
import io.keymoor.provider.catalog.ProviderEntry;
import io.keymoor.tpm.credential.AttestationKey;
import io.keymoor.tpm.credential.Challenge;
import io.keymoor.tpm.credential.EndorsementCertificate;
import io.keymoor.tpm.credential.EndorsementKey;
import io.keymoor.tpm.credential.NotATpmKey;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.UUID;

/**
 * Has hosts prove that they have a TPM: only one with the endorsement key that the host shows, and
 * with a key that can't leave it, finds the secret in a {@link Challenge}.
 *
 * <p>Guarantee: a challenge is good for one answer within five minutes, at any manager of the
 * database; what the host said counts from the commit of its answer. One endorsement key stands for
 * one host. Thread-safe.
 */
public final class HostAttestation {
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final int MOST_TEXT = 300;

  private final Transactions transactions;
  private final Audit audit;
  private final Bell hostNews;
  private final InstantSource clock;
  private final SecureRandom random;

  public HostAttestation(
      Transactions transactions,
      Audit audit,
      Bell hostNews,
      InstantSource clock,
      SecureRandom random) {
    this.transactions = transactions;
    this.audit = audit;
    this.hostNews = hostNews;
    this.clock = clock;
    this.random = random;
  }

  /**
   * What a host shows of its TPM.
   *
   * @param key public area of its endorsement key
   * @param certificate for that, DER, if the TPM holds one
   * @param attestationKey public area of a key of the same TPM
   */
  public record Shown(Bytes key, Optional<Bytes> certificate, Bytes attestationKey) {}

  /** What is thought of a TPM that was proved; {@code sentence} is empty when it is trusted. */
  public record Verdict(boolean trusted, String sentence) {}

  /**
   * Whether the host should prove its TPM now. One that failed tries again by itself, ever later,
   * unless an administrator asks.
   */
  public boolean isDue(Host host) {
    TpmStanding tpm = host.tpm();
    return host.facts().tpm() && (tpm.asked() || (tpm.key().isEmpty() && tpm.trouble().isEmpty()));
  }

  /**
   * A challenge for the TPM that the host shows.
   *
   * @throws Refusal.Invalid when that is none
   */
  public Challenge challenge(Host host, Shown shown) {
    byte[] secret = new byte[Challenge.SECRET_BYTES];
    random.nextBytes(secret);
    try {
      EndorsementKey key = EndorsementKey.parse(shown.key().toArray());
      AttestationKey attestation = AttestationKey.parse(shown.attestationKey().toArray());
      TpmRecord.Shown known =
          new TpmRecord.Shown(
              key.fingerprint(), shown.certificate().filter(der -> isAbout(der, key)));
      TpmRecord.Pending pending =
          new TpmRecord.Pending(known, digest(secret), clock.instant().plus(PATIENCE));
      transactions.in(stores -> {
        stores.tpms().save(stores.tpms().lock(host.id()).challenged(pending));
        return true;
      });
      return Challenge.of(key, attestation, secret, random);
    } catch (NotATpmKey refused) {
      throw new Refusal.Invalid(
          "tpm_keys_refused",
          "The host's TPM is not attested: "
              + refused.why()
              + ". Nothing was changed. Update the TPM's firmware, or use a host with another TPM.");
    } finally {
      Arrays.fill(secret, (byte) 0);
    }
  }

  /** One that is about another key, or for another purpose, says nothing. */
  private static boolean isAbout(Bytes der, EndorsementKey key) {
    try {
      return EndorsementCertificate.parse(der.toArray()).isOf(key);
    } catch (NotATpmKey another) {
      return false;
    }
  }

  /**
   * Takes a host's answer.
   *
   * @throws Refusal when it is none, or the TPM is known as another host's
   */
  public Verdict answer(Host host, byte[] secret) {
    String digest = digest(secret);
    Outcome outcome = transactions.in(stores -> outcome(stores, host, digest));
    if (outcome.changed()) {
      hostNews.ring();
    }
    outcome
        .refused()
        .ifPresent(refused -> {
          throw refused;
        });
    return outcome.verdict();
  }

  private record Outcome(Optional<Refusal> refused, Verdict verdict, boolean changed) {}

  private Outcome outcome(Stores stores, Host host, String digest) {
    TpmRecord record = stores.tpms().lock(host.id());
    Optional<TpmRecord.Pending> given =
        record
            .pending()
            .filter(it -> it.expires().isAfter(clock.instant()))
            .filter(it -> equal(it.digest(), digest));
    if (given.isEmpty()) {
      return refused(
          stores,
          host,
          record,
          new Refusal.Invalid(
              "tpm_answer_wrong",
              "The answer of the host's TPM is not the one to its last challenge, or came later than"
                  + " five minutes. Nothing was changed. It is tried again."));
    }
    TpmRecord.Shown shown = given.get().shown();
    Optional<UUID> other =
        stores.tpms().lockHolder(shown.fingerprint()).filter(it -> !it.equals(host.id()));
    if (other.isPresent()) {
      return refused(stores, host, record, ofAnother(stores, host, other.get()));
    }
    TpmRecord.Proof proof =
        new TpmRecord.Proof(shown, host.identity().sealingKey(), clock.instant());
    Trust trust = new Trust(stores.tpms().authorities(), clock.instant());
    TpmRecord judged = trust.judge(record.proved(proof), record.proof());
    stores.tpms().save(judged);
    Host now = stores.estate().host(host.id()).orElse(host);
    boolean news =
        !host.tpm().key().equals(now.tpm().key())
            || !host.tpm().trustedBy().equals(now.tpm().trustedBy());
    if (news) {
      write(stores, now, "ok", said(shown, judged));
    }
    boolean concerned = news && concerns(stores);
    if (concerned) {
      stores.estate().newRevisions(clock.instant());
    }
    return new Outcome(Optional.empty(), verdict(now), concerned);
  }

  private Outcome refused(Stores stores, Host host, TpmRecord record, Refusal refusal) {
    stores.tpms().save(record.failed(refusal.sentence()));
    if (!record.trouble().equals(refusal.sentence())) {
      write(stores, host, "refused", refusal.code() + ": " + refusal.sentence());
    }
    return new Outcome(Optional.of(refusal), new Verdict(false, refusal.sentence()), false);
  }

  private static Refusal ofAnother(Stores stores, Host host, UUID other) {
    String name = stores.estate().host(other).map(Host::name).orElse(other.toString());
    return new Refusal.Conflict(
        "tpm_of_another_host",
        "The TPM is the one of host \""
            + name
            + "\", and a TPM stands for one host. Nothing was changed. If that host is no more: keymoor"
            + " host remove "
            + name
            + ", then: keymoor host attest "
            + host.name());
  }

  private static Verdict verdict(Host host) {
    return host.tpm().stands()
        ? new Verdict(true, "")
        : new Verdict(
            false,
            "The manager does not trust this host's TPM, so providers that require a TPM 2.0 don't"
                + " come here. "
                + host.tpm().remedy(host.name()));
  }

  private static String said(TpmRecord.Shown shown, TpmRecord judged) {
    return "endorsement key "
        + shown.fingerprint()
        + judged.trustedBy().map(by -> ", trusted by " + by).orElse(", not trusted");
  }

  /** Whether any provider asks for a TPM. */
  static boolean concerns(Stores stores) {
    return stores.providers().catalog().providers().stream().anyMatch(ProviderEntry::tpmRequired);
  }

  /** The host could not show or answer; kept for administrators. */
  public void failed(Host host, String sentence) {
    String line = sentence.replaceAll("\\p{Cntrl}", " ").strip();
    String text = line.length() > MOST_TEXT ? line.substring(0, MOST_TEXT) + "…" : line;
    transactions.in(stores -> {
      stores.tpms().save(stores.tpms().lock(host.id()).failed(text));
      return true;
    });
  }

  private void write(Stores stores, Host host, String result, String detail) {
    audit.write(
        stores,
        CertificateIssuer.HOST_PREFIX + host.name(),
        "",
        Subject.of("host.attest").on(host.ref()),
        result,
        detail);
  }

  private static boolean equal(String one, String other) {
    return MessageDigest.isEqual(HexFormat.of().parseHex(one), HexFormat.of().parseHex(other));
  }

  private static String digest(byte[] secret) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(secret));
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("a JDK without SHA-256", impossible);
    }
  }
}
