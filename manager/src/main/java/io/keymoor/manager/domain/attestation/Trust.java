package io.keymoor.manager.domain.attestation;

import io.keymoor.manager.domain.model.TpmAuthority;
import io.keymoor.manager.domain.model.TpmRecord;
import io.keymoor.manager.domain.model.TpmStanding;
import io.keymoor.tpm.credential.EndorsementCertificate;
import io.keymoor.tpm.credential.MakerCertificates;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Judges endorsement keys.
 *
 * @param authorities the makers' that are trusted
 * @param now the time
 */
record Trust(List<TpmAuthority> authorities, Instant now) {
  /**
   * The record as it is to be judged, from what it was before {@code proof} came to it: the key of
   * a chip does not become worse when its certificate ends, so what was trusted stays so while its
   * authority is.
   */
  TpmRecord judge(TpmRecord record, Optional<TpmRecord.Proof> before) {
    if (record.proof().isEmpty()) {
      return record.trusted(Optional.empty());
    }
    TpmRecord.Shown shown = record.proof().get().shown();
    boolean same = before.map(TpmRecord.Proof::shown).filter(shown::equals).isPresent();
    return record.trusted(
        record
            .trustedBy()
            .filter(by -> same && knows(by))
            .or(() -> vouched(shown))
            .or(() ->
                record
                    .approved()
                    .filter(shown.fingerprint()::equals)
                    .map(_ -> TpmStanding.APPROVAL)));
  }

  /** Judges after a change of who is trusted. */
  TpmRecord judge(TpmRecord record) {
    return judge(record, record.proof());
  }

  private boolean knows(String fingerprint) {
    return authorities.stream().anyMatch(one -> one.fingerprint().equals(fingerprint));
  }

  private Optional<String> vouched(TpmRecord.Shown shown) {
    return shown
        .certificate()
        .flatMap(der -> {
          EndorsementCertificate certificate = EndorsementCertificate.parse(der.toArray());
          return authorities.stream()
              .filter(one ->
                  certificate.isIssuedBy(
                      MakerCertificates.parse(one.certificate().toArray()).getFirst(), now))
              .map(TpmAuthority::fingerprint)
              .findFirst();
        });
  }
}
