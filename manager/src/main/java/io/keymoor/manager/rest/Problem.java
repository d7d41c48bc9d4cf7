package io.keymoor.manager.rest;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.helidon.http.Status;
import io.keymoor.crypto.CryptoException;
import io.keymoor.manager.domain.model.DeletionImpact;
import io.keymoor.manager.domain.model.ObjectRef;
import io.keymoor.manager.domain.model.Refusal;
import io.keymoor.manager.domain.port.StorageUnavailable;
import io.keymoor.provider.ProviderException;
import java.util.List;
import java.util.Optional;

/**
 * An answer that is a refusal, as RFC 9457 has it.
 *
 * @param status the HTTP status
 * @param code stable, for programs
 * @param detail the sentence for people
 * @param impact what a deletion would do, where that is the question
 */
record Problem(Status status, String code, String detail, Optional<DeletionImpact> impact) {
  static Problem of(Status status, String code, String detail) {
    return new Problem(status, code, detail, Optional.empty());
  }

  static Problem of(Refusal refusal) {
    String detail = refusal.sentence();
    return switch (refusal) {
      case Refusal.Invalid r -> of(Status.BAD_REQUEST_400, r.code(), detail);
      case Refusal.Forbidden r -> of(Status.FORBIDDEN_403, r.code(), detail);
      case Refusal.NotFound r -> of(Status.NOT_FOUND_404, r.code(), detail);
      case Refusal.Conflict r -> of(Status.CONFLICT_409, r.code(), detail);
      case Refusal.ConfirmationRequired r ->
          new Problem(Status.CONFLICT_409, r.code(), detail, Optional.of(r.impact()));
    };
  }

  /** Nobody knows more than the sentence says; the reason is for the log. */
  static Problem of(StorageUnavailable away) {
    return of(
        Status.SERVICE_UNAVAILABLE_503,
        "database_unavailable",
        "The manager's database does not answer. What was asked for was done whole or not at all:"
            + " look before you repeat it, in a few seconds. VMs and hosts go on without it. See the"
            + " manager's log and that PostgreSQL runs.");
  }

  static Problem of(ProviderException refusal) {
    String detail = String.valueOf(refusal.getMessage());
    Status status =
        switch (refusal) {
          case ProviderException.NotFound _ -> Status.NOT_FOUND_404;
          case ProviderException.InvalidName _ -> Status.BAD_REQUEST_400;
          case ProviderException.NameTaken _,
              ProviderException.LimitReached _,
              ProviderException.NotBackedUp _,
              ProviderException.NoDefault _,
              ProviderException.NameHasOtherKey _,
              ProviderException.IdHasOtherKey _,
              ProviderException.TpmRequired _,
              ProviderException.KeyUnavailable _,
              ProviderException.NativeOnly _,
              ProviderException.StandardOnly _,
              ProviderException.KmsNotUsable _,
              ProviderException.KeyNotIssued _,
              ProviderException.KeyOutcomeUnknown _,
              ProviderException.RecordDamaged _,
              ProviderException.RecordFromNewerVersion _ ->
              Status.CONFLICT_409;
        };
    return of(status, refusal.code(), detail);
  }

  /** A backup file or password that does not do. */
  static Problem of(CryptoException refusal) {
    String code =
        switch (refusal) {
          case CryptoException.WrongPassword _ -> "backup_wrong_password";
          case CryptoException.Damaged _ -> "backup_damaged";
          case CryptoException.Foreign _ -> "backup_foreign";
          case CryptoException.NewerVersion _ -> "backup_newer";
          case CryptoException.WrongKey _ -> "backup_wrong_key";
        };
    return of(Status.BAD_REQUEST_400, code, String.valueOf(refusal.getMessage()));
  }

  ObjectNode json() {
    ObjectNode json =
        JsonNodeFactory.instance
            .objectNode()
            .put("status", status.code())
            .put("code", code)
            .put("title", status.reasonPhrase())
            .put("detail", detail);
    impact.ifPresent(what -> {
      ObjectNode node = json.putObject("impact");
      refs(node.putArray("vms"), what.vms());
      refs(node.putArray("hosts"), what.hosts());
      ArrayNode defaults = node.putArray("default_of");
      what.defaultOf().forEach(defaults::add);
    });
    return json;
  }

  private static void refs(ArrayNode list, List<ObjectRef> refs) {
    refs.forEach(ref -> list.addObject().put("id", ref.id()).put("name", ref.name()));
  }
}
