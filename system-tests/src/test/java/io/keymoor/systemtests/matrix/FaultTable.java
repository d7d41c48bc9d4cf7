package io.keymoor.systemtests.matrix;

import static io.keymoor.systemtests.matrix.Expected.fails;
import static io.keymoor.systemtests.matrix.Expected.locked;
import static io.keymoor.systemtests.matrix.Expected.lost;
import static io.keymoor.systemtests.matrix.Expected.orphans;
import static io.keymoor.systemtests.matrix.Expected.refused;
import static io.keymoor.systemtests.matrix.Expected.unknown;
import static io.keymoor.systemtests.matrix.Expected.warns;
import static io.keymoor.systemtests.matrix.Expected.works;

import java.util.EnumMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** What users are promised: an outcome, and the words they read, for every fault and action. */
final class FaultTable {
  private static final Map<Fault, Map<Action, Expected>> TABLE = new EnumMap<>(Fault.class);

  static {
    row(
        Fault.NODE_DOWN,
        works(),
        warns("fails at TCP: nothing accepts connections at"),
        works(),
        works(),
        works(),
        works(),
        works());
    withoutKms(
        Fault.ALL_DOWN,
        "nothing accepts connections at",
        "check that the server runs and that no firewall is between");
    withoutKms(
        Fault.WRONG_TRUST,
        "the certificate of",
        "is not trusted",
        "add its authority to the trusted ones");
    withoutKms(
        Fault.EXPIRED,
        "the certificate of",
        "has expired",
        "have the server's administrator renew it");
    withoutKms(
        Fault.LOCKED_OUT,
        "does not accept this client's certificate",
        "have the certificate, or its authority, entered there");
    row(Fault.SLOW, works(), works(), works(), works(), works(), works(), works());
    Expected cut =
        unknown(
            "was asked for a key and the answer of",
            "was lost",
            "Nothing was started with it",
            "keymoor key list");
    row(
        Fault.ANSWER_CUT,
        works(),
        works(),
        cut,
        cut,
        orphans("2 of 2 VMs are rekeyed"),
        works(),
        works());
    row(
        Fault.KEY_MISSING,
        works(),
        works(),
        works(),
        works(),
        works(),
        works(),
        locked("no server of the KMS knows it"));
    row(Fault.KEY_DEACTIVATED, works(), works(), works(), works(), works(), works(), works());
    row(Fault.KEY_COMPROMISED, works(), works(), works(), works(), works(), works(), works());
    row(
        Fault.KEY_DESTROYED,
        works(),
        works(),
        works(),
        works(),
        works(),
        works(),
        lost("destroyed"));
  }

  private FaultTable() {}

  /** No server of the KMS can be used, for a reason in these words. */
  private static void withoutKms(Fault fault, String... why) {
    Expected noKey =
        refused(
            with(
                "No key could be had from key provider \"kms\"",
                why,
                "Nothing was started",
                "keymoor provider check kms"));
    row(
        fault,
        works(),
        fails(with("fails at", why, "No server of key provider kms can be used")),
        noKey,
        noKey,
        refused(with("0 of 2 are done", why, "go on with the rest: keymoor task resume")),
        works(),
        locked(why));
  }

  private static String[] with(String first, String[] why, String... last) {
    String[] all = new String[1 + why.length + last.length];
    all[0] = first;
    System.arraycopy(why, 0, all, 1, why.length);
    System.arraycopy(last, 0, all, 1 + why.length, last.length);
    return all;
  }

  /** One expectation for each action, in their order. */
  private static void row(Fault fault, Expected... expected) {
    Map<Action, Expected> row = new EnumMap<>(Action.class);
    Iterator<Expected> next = List.of(expected).iterator();
    for (Action action : Action.values()) {
      row.put(action, next.next());
    }
    TABLE.put(fault, row);
  }

  static Expected expected(Fault fault, Action action) {
    return Objects.requireNonNull(Objects.requireNonNull(TABLE.get(fault)).get(action));
  }
}
