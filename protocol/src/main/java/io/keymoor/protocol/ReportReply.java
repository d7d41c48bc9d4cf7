package io.keymoor.protocol;

import java.util.Optional;

/**
 * The manager has stored a report.
 *
 * @param hostKek the KEK under which the host shall make its host key, while it reports none
 */
public record ReportReply(Optional<HostKek> hostKek) {}
