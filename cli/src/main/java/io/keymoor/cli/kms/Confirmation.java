package io.keymoor.cli.kms;

import com.fasterxml.jackson.databind.JsonNode;
import io.keymoor.cli.command.Fields;
import io.keymoor.cli.command.Session;
import io.keymoor.cli.output.DisplayText;

/** Shows the certificates of servers and asks whether they are the right ones (S2). */
final class Confirmation {
  private Confirmation() {}

  /**
   * Asks about every certificate that nobody confirmed yet.
   *
   * @return how many were not confirmed
   */
  static int ask(Session session, String provider) {
    int open = 0;
    JsonNode shown = session.manager().kms().certificates(provider);
    for (JsonNode server : Fields.list(shown, "servers")) {
      if (Fields.flag(server, "confirmed")) {
        continue;
      }
      say(session, "");
      say(session, "Server " + Fields.text(server, "server"));
      String fingerprint = Fields.text(server, "fingerprint");
      if (fingerprint.isEmpty()) {
        say(session, "  " + Fields.text(server, "detail"));
        open++;
        continue;
      }
      say(session, "  Subject:      " + Fields.text(server, "subject"));
      say(session, "  Issuer:       " + Fields.text(server, "issuer"));
      say(session, "  Valid until:  " + Fields.instant(server, "expiry"));
      say(session, "  SHA-256:      " + fingerprint);
      boolean yes =
          session.terminal().interactive()
              && session
                  .terminal()
                  .ask("Is this what the KMS's administrator says? Type yes to trust it: ")
                  .equalsIgnoreCase("yes");
      if (yes) {
        var _ = session.manager().kms().trust(provider, fingerprint);
      } else {
        open++;
      }
    }
    return open;
  }

  private static void say(Session session, String line) {
    session.terminal().err().println(DisplayText.shown(line));
  }
}
