package io.keymoor.manager.domain;

import io.keymoor.crypto.CertificateRequest;
import io.keymoor.crypto.CryptoException;
import io.keymoor.crypto.Pem;
import io.keymoor.manager.domain.model.Caller;
import io.keymoor.manager.domain.model.ObjectRef;
import io.keymoor.manager.domain.model.Privilege;
import io.keymoor.manager.domain.model.Refusal;
import io.keymoor.manager.domain.model.Role;
import io.keymoor.manager.domain.port.Stores;
import io.keymoor.manager.domain.port.Transactions;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Further administrators and what they may do (A2). A user is a name in certificates of the
 * manager's CA; the private key stays where it was made. Without a role a certificate opens
 * nothing, whatever its date. There is always somebody who may manage users. Thread-safe.
 */
public final class Users {
  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._@-]{0,63}");

  private final Transactions transactions;
  private final Audit audit;
  private final CertificateIssuer issuer;

  public Users(Transactions transactions, Audit audit, CertificateIssuer issuer) {
    this.transactions = transactions;
    this.audit = audit;
    this.issuer = issuer;
  }

  /** A user and the names of the roles. */
  public record User(String name, Set<String> roles) {
    public User {
      roles = Set.copyOf(roles);
    }
  }

  /** What a user needs beside the private key; nothing of it is secret. */
  public record Grant(String name, String managerUrl, String caPem, String certificatePem) {}

  /** All users, by name. */
  public List<User> list() {
    return transactions.in(stores ->
        stores.access().grants().entrySet().stream()
            .map(it -> new User(it.getKey().substring(Access.ADMIN_PREFIX.length()), it.getValue()))
            .toList());
  }

  /** All roles, by name. */
  public List<Role> roles() {
    return transactions.in(stores -> stores.access().roles());
  }

  /** Adds a user with a role, and a certificate for the key that the request presents. */
  public Grant add(Caller caller, String name, String role, String csrPem) {
    return audited(
        caller,
        "user.add",
        name,
        () -> {
          requireName(name);
          CertificateRequest request = request(csrPem);
          transactions.in(stores -> {
            stores.access().lock();
            requireRole(stores, role);
            if (stores.access().grants().containsKey(subject(name))) {
              throw new Refusal.Conflict(
                  "user_exists",
                  "There is a user \""
                      + name
                      + "\" already. Nothing was changed. For a new certificate: keymoor user"
                      + " certificate "
                      + name);
            }
            stores.access().grant(subject(name), role);
            audit.ok(stores, caller, about("user.add", name), "role " + role);
            return true;
          });
          return grant(name, request);
        });
  }

  /** Another certificate for a user; the former ones stay valid until they end. */
  public Grant certificate(Caller caller, String name, String csrPem) {
    return audited(
        caller,
        "user.certificate",
        name,
        () -> {
          CertificateRequest request = request(csrPem);
          transactions.in(stores -> {
            requireUser(stores, name);
            audit.ok(stores, caller, about("user.certificate", name), "");
            return true;
          });
          return grant(name, request);
        });
  }

  /** Gives a user this role instead of those that the user has. */
  public void role(Caller caller, String name, String role) {
    audited(
        caller,
        "user.role",
        name,
        () ->
            transactions.in(stores -> {
              stores.access().lock();
              requireUser(stores, name);
              requireRole(stores, role);
              stores.access().revoke(subject(name));
              stores.access().grant(subject(name), role);
              requireSomebody(stores);
              audit.ok(stores, caller, about("user.role", name), "role " + role);
              return true;
            }));
  }

  /** Takes a user's roles: certificates of that name open nothing from now on. */
  public void remove(Caller caller, String name) {
    audited(
        caller,
        "user.remove",
        name,
        () ->
            transactions.in(stores -> {
              stores.access().lock();
              requireUser(stores, name);
              stores.access().revoke(subject(name));
              requireSomebody(stores);
              audit.ok(stores, caller, about("user.remove", name), "");
              return true;
            }));
  }

  private <T> T audited(
      Caller caller, String action, String name, java.util.function.Supplier<T> work) {
    return audit.attempt(caller, Subject.named(action, "user", name), work);
  }

  private static Subject about(String action, String name) {
    return Subject.of(action).on(new ObjectRef("user", subject(name), name));
  }

  private static String subject(String name) {
    return Access.ADMIN_PREFIX + name;
  }

  private Grant grant(String name, CertificateRequest request) {
    return new Grant(
        name,
        issuer.managerUrl(),
        issuer.authorityPem(),
        Pem.certificate(issuer.authority().issueClient(request.publicKey(), subject(name))));
  }

  private static void requireName(String name) {
    if (!NAME.matcher(name).matches()) {
      throw new Refusal.Invalid(
          "user_name_invalid",
          "A user's name has 1 to 64 small letters, digits and \"._@-\", and begins with a letter"
              + " or digit. Nothing was changed.");
    }
  }

  private static void requireUser(Stores stores, String name) {
    if (!stores.access().grants().containsKey(subject(name))) {
      throw Refusal.NotFound.of("user", name);
    }
  }

  private static void requireRole(Stores stores, String role) {
    List<String> roles = stores.access().roles().stream().map(Role::name).toList();
    if (!roles.contains(role)) {
      throw new Refusal.NotFound(
          "role_not_found",
          "There is no role \""
              + role
              + "\". Nothing was changed. There are: "
              + String.join(", ", roles));
    }
  }

  /** Nobody could ever let anybody in again. */
  private static void requireSomebody(Stores stores) {
    Map<String, Set<Privilege>> byRole =
        stores.access().roles().stream().collect(Collectors.toMap(Role::name, Role::privileges));
    boolean somebody =
        stores.access().grants().values().stream()
            .flatMap(Set::stream)
            .anyMatch(role -> byRole.getOrDefault(role, Set.of()).contains(Privilege.MANAGE_USERS));
    if (!somebody) {
      throw new Refusal.Conflict(
          "last_administrator",
          "Nobody would be left who may manage users. Nothing was changed. Give somebody else that"
              + " role first: keymoor user role NAME administrator");
    }
  }

  private static CertificateRequest request(String csrPem) {
    try {
      return CertificateRequest.parse(csrPem);
    } catch (CryptoException unusable) {
      throw new Refusal.Invalid(
          "certificate_request_damaged",
          unusable.getMessage() + " Nothing was changed. Use the request that the command made.");
    }
  }
}
