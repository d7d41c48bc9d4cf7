package io.keymoor.manager.rest;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.keymoor.crypto.CertificateAuthority;
import io.keymoor.crypto.CryptoException;
import io.keymoor.manager.domain.Access;
import io.keymoor.manager.domain.Subject;
import io.keymoor.manager.domain.model.Caller;
import io.keymoor.manager.domain.model.Refusal;
import io.keymoor.manager.domain.port.StorageUnavailable;
import io.keymoor.provider.ProviderException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Every route of the API, and the one place where a request's caller is identified and its
 * privilege checked. Thread-safe.
 */
public final class RestApi {
  /** What every path begins with. */
  public static final String BASE = "/api/v1";

  private static final String RETRY_AFTER_SECONDS = "5";

  private static final Logger LOG = LoggerFactory.getLogger(RestApi.class);

  private final Access access;
  private final List<Route> routes;

  public RestApi(Services services) {
    this.access = services.access();
    this.routes = routes(services);
  }

  static List<Route> routes(Services services) {
    List<Route> all = new ArrayList<>();
    all.addAll(new AboutRoutes(services).routes());
    all.addAll(new ProviderRoutes(services).routes());
    all.addAll(new KmsRoutes(services).routes());
    all.addAll(new EstateRoutes(services).routes());
    all.addAll(new JoinTokenRoutes(services).routes());
    all.addAll(new TpmRoutes(services).routes());
    all.addAll(new VmRoutes(services).routes());
    all.addAll(new BulkRoutes(services).routes());
    all.addAll(new TaskRoutes(services).routes());
    all.addAll(new OverviewRoutes(services).routes());
    all.addAll(new UserRoutes(services).routes());
    return List.copyOf(all);
  }

  /** Adds the routes to a server. */
  public void register(HttpRouting.Builder routing) {
    Map<String, List<Route>> byPlace = new LinkedHashMap<>();
    for (Route route : routes) {
      byPlace
          .computeIfAbsent(route.method().text() + route.path(), place -> new ArrayList<>())
          .add(route);
    }
    for (List<Route> alternatives : byPlace.values()) {
      Route first = alternatives.getFirst();
      routing.route(
          first.method(),
          BASE + first.path(),
          (request, response) -> answer(request, response, alternatives));
    }
    routing.any(
        BASE + "/*",
        (request, response) ->
            send(
                response,
                Problem.of(
                    Status.NOT_FOUND_404,
                    "path_unknown",
                    "This API has no "
                        + request.prologue().method().text()
                        + " "
                        + request.path().path()
                        + ". See "
                        + BASE
                        + "/openapi.yaml")));
  }

  private void answer(ServerRequest request, ServerResponse response, List<Route> alternatives) {
    try {
      Caller caller = access.caller(certificateName(request), address(request));
      Exchange exchange = new Exchange(request, response, caller);
      Route route = chosen(exchange, alternatives);
      String name = route.parameter().isEmpty() ? "" : exchange.path(route.parameter());
      access.require(
          caller, route.privilege(), Subject.named(route.attempt(), route.object(), name));
      route.endpoint().answer(exchange);
    } catch (Refusal refused) {
      send(response, Problem.of(refused));
    } catch (ProviderException refused) {
      send(response, Problem.of(refused));
    } catch (CryptoException refused) {
      send(response, Problem.of(refused));
    } catch (StorageUnavailable away) {
      LOG.warn("The database is away: {}", away.getMessage());
      send(response.header(HeaderNames.RETRY_AFTER, RETRY_AFTER_SECONDS), Problem.of(away));
    } catch (UncheckedIOException gone) {
      // The client closed its connection; there is nobody to tell.
      throw gone;
    } catch (RuntimeException failure) {
      LOG.error("{} {} failed", request.prologue().method(), request.path().path(), failure);
      send(
          response,
          Problem.of(
              Status.INTERNAL_SERVER_ERROR_500,
              "internal_error",
              "The manager could not do this; its log says why. Whether something was changed is"
                  + " not known: look before you repeat it."));
    }
  }

  private static Route chosen(Exchange exchange, List<Route> alternatives) {
    String action = exchange.query("action").orElse("");
    return alternatives.stream()
        .filter(route -> route.action().equals(action))
        .findFirst()
        .orElseThrow(() ->
            new Refusal.Invalid(
                "action_unknown", "There is no action \"" + action + "\" here. Nothing was done."));
  }

  /** The number, not a name: looking names up is slow, and whoever runs the DNS could lie. */
  private static String address(ServerRequest request) {
    return request.remotePeer().address() instanceof InetSocketAddress peer
            && peer.getAddress() != null
        ? peer.getAddress().getHostAddress()
        : "";
  }

  private static String certificateName(ServerRequest request) {
    return request
        .remotePeer()
        .tlsCertificates()
        .filter(chain -> chain.length > 0 && chain[0] instanceof X509Certificate)
        .flatMap(chain -> CertificateAuthority.commonName((X509Certificate) chain[0]))
        .orElse("");
  }

  private static void send(ServerResponse response, Problem problem) {
    if (response.isSent()) {
      return;
    }
    try {
      response
          .status(problem.status())
          .header(HeaderNames.CONTENT_TYPE, "application/problem+json")
          .send(Exchange.JSON.writeValueAsBytes(problem.json()));
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException("a problem without a JSON form", impossible);
    }
  }
}
