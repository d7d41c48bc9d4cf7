package io.keymoor.manager.rest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The hand-written contract and the table of routes say the same. */
class ContractTest {
  private static final Pattern PATH = Pattern.compile("  (/\\S*):");
  private static final Pattern METHOD = Pattern.compile("    (get|post|put|patch|delete):");
  private static final Pattern ACTION = Pattern.compile("        ([a-z-]+):.*");
  private static final Pattern PRIVILEGE = Pattern.compile("x-privilege: ([A-Za-z.]+)");

  @Test
  void everyRouteIsInTheContractWithItsPrivilegeAndNothingElseIs() throws IOException {
    assertThat(documented()).containsExactlyInAnyOrderElementsOf(routes());
  }

  private static List<String> routes() {
    return RestApi.routes(TestServices.withoutDatabase()).stream()
        .map(route ->
            (route.method().text() + " " + route.path() + " " + route.action()).strip()
                + " needs "
                + route.privilege().text())
        .toList();
  }

  /** Reads the few lines that matter by their indentation. */
  private static List<String> documented() throws IOException {
    List<String> found = new ArrayList<>();
    String path = "";
    String method = "";
    String action = "";
    boolean actions = false;
    for (String line : lines()) {
      Matcher aPath = PATH.matcher(line);
      Matcher aMethod = METHOD.matcher(line);
      Matcher anAction = ACTION.matcher(line);
      Matcher privilege = PRIVILEGE.matcher(line);
      if (aPath.matches()) {
        path = aPath.group(1);
        actions = false;
      } else if (aMethod.matches()) {
        method = aMethod.group(1).toUpperCase(Locale.ROOT);
        action = "";
        actions = false;
      } else if (line.equals("      x-actions:")) {
        actions = true;
      } else if (actions && anAction.matches()) {
        action = anAction.group(1);
      }
      if (privilege.find()) {
        found.add((method + " " + path + " " + action).strip() + " needs " + privilege.group(1));
      }
    }
    return found;
  }

  private static List<String> lines() throws IOException {
    try (InputStream in =
        Objects.requireNonNull(RestApi.class.getResourceAsStream("openapi.yaml"))) {
      String text = new String(in.readAllBytes(), UTF_8);
      return text.substring(0, text.indexOf("\ncomponents:")).lines().toList();
    }
  }
}
