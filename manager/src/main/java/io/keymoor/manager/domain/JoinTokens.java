package io.keymoor.manager.domain;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.keymoor.crypto.CertificateRequest;
import io.keymoor.manager.domain.model.Caller;
import io.keymoor.manager.domain.model.Host;
import io.keymoor.manager.domain.model.JoinTicket;
import io.keymoor.manager.domain.model.JoinTicket.Target;
import io.keymoor.manager.domain.model.Privilege;
import io.keymoor.manager.domain.model.Refusal;
import io.keymoor.manager.domain.port.Stores;
import io.keymoor.manager.domain.port.Transactions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * The one-time tokens with which hosts join (H1). Whoever makes one vouches for the host, and must
 * still be allowed to when it is used.
 *
 * <p>Guarantee: a token lets one host in, before it expires; the host is in the inventory exactly
 * when its token counts as used. A host that did not hear the answer may ask again with the same
 * keys until the token expires. Thread-safe.
 */
public final class JoinTokens {
  private static final Duration LONGEST = Duration.ofDays(7);
  private static final Duration SHORTEST = Duration.ofMinutes(1);

  /** For so long whoever shows a token that has ended is told what became of it. */
  private static final Duration REMEMBERED = Duration.ofDays(30);

  private final Transactions transactions;
  private final Audit audit;
  private final HostEnrolment enrolment;
  private final Bell hostNews;
  private final InstantSource clock;

  public JoinTokens(
      Transactions transactions,
      Audit audit,
      HostEnrolment enrolment,
      Bell hostNews,
      InstantSource clock) {
    this.transactions = transactions;
    this.audit = audit;
    this.enrolment = enrolment;
    this.hostNews = hostNews;
    this.clock = clock;
  }

  /** Whom a token is wanted for, by name. */
  public sealed interface Wish {
    /** A new host in this cluster. */
    record NewHost(String cluster) implements Wish {}

    /**
     * A host that exists.
     *
     * @param reinstalled whether it has lost its former keys
     */
    record KnownHost(String host, boolean reinstalled) implements Wish {}
  }

  /** A token and the name of what it lets in. */
  public record View(JoinTicket ticket, String target) {}

  /**
   * Remembers a token by the hash of its secret, which its maker made and nobody else knows.
   *
   * @param validity from one minute to seven days
   */
  public JoinTicket create(Caller caller, Wish wish, String hash, Duration validity) {
    return audit.attempt(
        caller,
        Subject.of("host.token_create"),
        () -> {
          requireSense(validity);
          return transactions.in(stores -> {
            Instant now = clock.instant();
            JoinTicket ticket =
                new JoinTicket(
                    UUID.randomUUID(),
                    hash,
                    target(stores, wish),
                    caller.name(),
                    now,
                    now.plus(validity),
                    Optional.empty());
            stores.joinTickets().forget(now.minus(REMEMBERED));
            stores.joinTickets().insert(ticket);
            audit.ok(
                stores,
                caller,
                Subject.of("host.token_create").on(ticket.ref()),
                "for " + name(stores, ticket.target()) + ", until " + ticket.expires());
            return ticket;
          });
        });
  }

  private static void requireSense(Duration validity) {
    if (validity.compareTo(SHORTEST) < 0 || validity.compareTo(LONGEST) > 0) {
      throw new Refusal.Invalid(
          "join_token_validity_invalid",
          "A join token is valid from one minute to seven days. None was made. Choose another time"
              + " with --valid, such as 1h.");
    }
  }

  private static Target target(Stores stores, Wish wish) {
    return switch (wish) {
      case Wish.NewHost fresh ->
          new Target.NewHost(
              stores
                  .estate()
                  .cluster(fresh.cluster())
                  .orElseThrow(() -> Refusal.NotFound.of("cluster", fresh.cluster()))
                  .id());
      case Wish.KnownHost known ->
          new Target.KnownHost(Estate.require(stores, known.host()).id(), known.reinstalled());
    };
  }

  /** The tokens, the newest first. */
  public List<View> list() {
    return transactions.in(stores ->
        stores.joinTickets().all().stream()
            .map(ticket -> new View(ticket, name(stores, ticket.target())))
            .toList());
  }

  private static String name(Stores stores, Target target) {
    return switch (target) {
      case Target.NewHost fresh ->
          "cluster "
              + stores
                  .estate()
                  .cluster(fresh.cluster().toString())
                  .map(cluster -> cluster.name())
                  .orElse("");
      case Target.KnownHost known ->
          "host " + stores.estate().host(known.host()).map(Host::name).orElse("");
    };
  }

  /** Makes a token worthless; a host that it let in stays. */
  public void revoke(Caller caller, String id) {
    audit.attempt(
        caller,
        Subject.named("host.token_revoke", "join token", id),
        () ->
            transactions.in(stores -> {
              UUID ticket = id(id);
              if (!stores.joinTickets().remove(ticket)) {
                throw unknownId(id);
              }
              audit.ok(stores, caller, Subject.named("host.token_revoke", "join token", id), "");
              return true;
            }));
  }

  private static UUID id(String text) {
    try {
      return UUID.fromString(text);
    } catch (IllegalArgumentException none) {
      throw unknownId(text);
    }
  }

  private static Refusal.NotFound unknownId(String id) {
    return new Refusal.NotFound(
        "join_token_not_found",
        "There is no join token with the id \""
            + id
            + "\". Nothing was changed. See which there are with: keymoor host token list");
  }

  /**
   * Lets the host in that shows a token's secret.
   *
   * @param hash of that secret
   * @param address where it comes from
   */
  public HostEnrolment.Grant join(String hash, HostEnrolment.Keys host, String address) {
    Optional<JoinTicket> known = transactions.in(stores -> stores.joinTickets().lock(hash));
    if (known.isEmpty()) {
      // Not audited: whoever reaches the port could fill the trail.
      throw unknown();
    }
    return audit.attempt(
        new Caller(known.get().createdBy(), address, Set.of()),
        Subject.named("host.enrol", "host", host.name()),
        () -> {
          CertificateRequest request = HostEnrolment.request(host);
          HostEnrolment.Grant grant =
              transactions.in(stores -> join(stores, hash, host, request, address));
          hostNews.ring();
          return grant;
        });
  }

  private static Refusal.Forbidden unknown() {
    return new Refusal.Forbidden(
        "join_token_unknown",
        "This manager does not know the join token: it was revoked, or it is long over. Nothing was"
            + " done. Make another one: keymoor host token create");
  }

  private HostEnrolment.Grant join(
      Stores stores,
      String hash,
      HostEnrolment.Keys host,
      CertificateRequest request,
      String address) {
    JoinTicket ticket = stores.joinTickets().lock(hash).orElseThrow(JoinTokens::unknown);
    requireValid(ticket);
    Caller voucher =
        new Caller(ticket.createdBy(), address, stores.access().privileges(ticket.createdBy()));
    voucher.require(Privilege.REGISTER_HOST);
    String keys = digest(host, request);
    HostEnrolment.Grant grant =
        ticket.use().isPresent()
            ? again(stores, voucher, ticket.use().get(), keys, host, request)
            : first(stores, voucher, ticket.target(), host, request);
    if (ticket.use().isEmpty()) {
      stores
          .joinTickets()
          .use(
              ticket.id(),
              new JoinTicket.Use(clock.instant(), grant.host(), grant.hostName(), keys));
    }
    return grant;
  }

  private void requireValid(JoinTicket ticket) {
    if (!clock.instant().isBefore(ticket.expires())) {
      throw new Refusal.Forbidden(
          "join_token_expired",
          "This join token was valid until "
              + ticket.expires()
              + ". No host was added. Make another one: keymoor host token create");
    }
  }

  private HostEnrolment.Grant first(
      Stores stores,
      Caller voucher,
      Target target,
      HostEnrolment.Keys host,
      CertificateRequest request) {
    return switch (target) {
      case Target.NewHost fresh -> enrolment.enrol(stores, voucher, fresh.cluster(), host, request);
      case Target.KnownHost known ->
          enrolment.again(stores, voucher, known.host(), known.reinstalled(), host, request);
    };
  }

  /** The answer to a host's first request may have been lost, and its token with it. */
  private HostEnrolment.Grant again(
      Stores stores,
      Caller voucher,
      JoinTicket.Use use,
      String keys,
      HostEnrolment.Keys host,
      CertificateRequest request) {
    if (!use.keys().equals(keys) || stores.estate().host(use.host()).isEmpty()) {
      throw new Refusal.Forbidden(
          "join_token_used",
          "This join token was used on "
              + use.at()
              + " by the host \""
              + use.hostName()
              + "\". Nothing was changed. Make another one for each host: keymoor host token"
              + " create. If you don't know that host, remove it: keymoor host remove "
              + use.hostName());
    }
    return enrolment.again(stores, voucher, use.host(), false, host, request);
  }

  private static String digest(HostEnrolment.Keys host, CertificateRequest request) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(request.publicKey().getEncoded());
      digest.update(Base64.getDecoder().decode(host.sealingKey()));
      digest.update(host.name().getBytes(UTF_8));
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("this JDK lacks SHA-256", impossible);
    }
  }
}
