package io.keymoor.manager.link;

import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.keymoor.manager.domain.model.Refusal;
import io.keymoor.manager.domain.port.StorageUnavailable;
import io.keymoor.protocol.LinkJson;
import io.keymoor.protocol.MalformedMessage;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends what an endpoint of the link answers, or why it does not, as a problem document. */
final class LinkProblem {
  private static final Logger LOG = LoggerFactory.getLogger(LinkProblem.class);

  private LinkProblem() {}

  /**
   * @param stopping whether the manager is on its way down, when what it needs may be closed already
   */
  static void answering(
      ServerRequest request,
      ServerResponse response,
      BooleanSupplier stopping,
      Supplier<Object> endpoint) {
    try {
      Object reply = endpoint.get();
      response
          .status(Status.OK_200)
          .header(HeaderNames.CONTENT_TYPE, "application/json")
          .send(LinkJson.write(reply));
    } catch (Refusal.Forbidden refused) {
      problem(response, Status.FORBIDDEN_403, refused.code(), refused.sentence());
    } catch (Refusal refused) {
      problem(response, Status.BAD_REQUEST_400, refused.code(), refused.sentence());
    } catch (MalformedMessage malformed) {
      problem(
          response,
          Status.BAD_REQUEST_400,
          "message_malformed",
          String.valueOf(malformed.getMessage()));
    } catch (StorageUnavailable away) {
      if (!stopping.getAsBoolean()) {
        LOG.warn("{}: the database is away: {}", request.path().path(), away.getMessage());
      }
      problem(
          response,
          Status.SERVICE_UNAVAILABLE_503,
          "database_unavailable",
          "The manager's database does not answer. Send it again.");
    } catch (UncheckedIOException gone) {
      // The host closed its connection; it comes back.
      throw gone;
    } catch (RuntimeException failure) {
      if (stopping.getAsBoolean()) {
        // What it needs was closed under it; the host asks the next manager.
        problem(
            response, Status.SERVICE_UNAVAILABLE_503, "manager_stops", "The manager is stopping.");
        return;
      }
      LOG.error("{} failed", request.path().path(), failure);
      problem(
          response,
          Status.INTERNAL_SERVER_ERROR_500,
          "internal_error",
          "The manager could not do this; its log says why. Send it again.");
    }
  }

  private static void problem(ServerResponse response, Status status, String code, String detail) {
    if (!response.isSent()) {
      response
          .status(status)
          .header(HeaderNames.CONTENT_TYPE, "application/problem+json")
          .send(
              LinkJson.write(
                  Map.of(
                      "status",
                      status.code(),
                      "code",
                      code,
                      "title",
                      status.reasonPhrase(),
                      "detail",
                      detail)));
    }
  }
}
