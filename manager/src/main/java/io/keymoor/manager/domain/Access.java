package io.keymoor.manager.domain;

import io.keymoor.manager.domain.model.Caller;
import io.keymoor.manager.domain.model.Privilege;
import io.keymoor.manager.domain.model.Refusal;
import io.keymoor.manager.domain.model.Role;
import io.keymoor.manager.domain.port.Transactions;

/** Who may do what. Certificates say who, roles in the database say what. Thread-safe. */
public final class Access {
  /** How names of administrators' certificates begin. */
  public static final String ADMIN_PREFIX = "admin:";

  private final Transactions transactions;
  private final Audit audit;

  public Access(Transactions transactions, Audit audit) {
    this.transactions = transactions;
    this.audit = audit;
  }

  /** Stores the roles of this version; the first administrator gets all, once. */
  public void prepare(String firstAdministrator) {
    transactions.in(stores -> {
      stores.access().save(Role.ADMINISTRATOR);
      stores.access().save(Role.NO_CRYPTOGRAPHY);
      if (!stores.access().anybody()) {
        stores.access().grant(firstAdministrator, Role.ADMINISTRATOR.name());
      }
      return true;
    });
  }

  /**
   * The caller with this certificate name.
   *
   * @throws Refusal.Forbidden when it is not an administrator's, such as a host's
   */
  public Caller caller(String certificateName, String address) {
    if (!certificateName.startsWith(ADMIN_PREFIX)) {
      throw new Refusal.Forbidden(
          "not_an_administrator",
          (certificateName.isEmpty()
                  ? "No client certificate was shown."
                  : "The certificate of " + certificateName + " is not an administrator's.")
              + " Nothing was done. Use the context that keymoor manager"
              + " init wrote.");
    }
    return new Caller(
        certificateName,
        address,
        transactions.in(stores -> stores.access().privileges(certificateName)));
  }

  /** Refuses, and audits it, when the caller lacks the privilege. */
  public void require(Caller caller, Privilege privilege, Subject subject) {
    if (privilege == Privilege.VIEW || privilege == Privilege.READ_KEY_SERVERS) {
      // Looking around changes nothing and would drown the trail.
      caller.require(privilege);
      return;
    }
    audit.attempt(caller, subject, () -> caller.require(privilege));
  }
}
