package io.keymoor.manager.rest;

import io.helidon.http.Method;
import io.keymoor.manager.domain.model.Privilege;
import java.util.Locale;

/**
 * One entry of the API.
 *
 * @param method the HTTP method
 * @param path the path below {@code /api/v1}, with names in braces
 * @param action value of the query parameter {@code action}; empty where there is none
 * @param privilege what the caller needs
 * @param object kind of object that the path names, for the audit trail
 * @param endpoint what answers
 */
record Route(
    Method method,
    String path,
    String action,
    Privilege privilege,
    String object,
    Endpoint endpoint) {

  /** Answers one request. */
  @FunctionalInterface
  interface Endpoint {
    void answer(Exchange exchange);
  }

  static Route of(
      Method method, String path, Privilege privilege, String object, Endpoint endpoint) {
    return new Route(method, path, "", privilege, object, endpoint);
  }

  /** A route that {@code ?action=} chooses. */
  static Route action(
      String path, String action, Privilege privilege, String object, Endpoint endpoint) {
    return new Route(Method.POST, path, action, privilege, object, endpoint);
  }

  /** The first name in braces of the path; empty when there is none. */
  String parameter() {
    int begin = path.indexOf('{');
    return begin < 0 ? "" : path.substring(begin + 1, path.indexOf('}', begin));
  }

  /** What the audit trail calls a refused attempt. */
  String attempt() {
    String verb = action.isEmpty() ? method.text().toLowerCase(Locale.ROOT) : action;
    return object + "." + verb.replace('-', '_');
  }
}
