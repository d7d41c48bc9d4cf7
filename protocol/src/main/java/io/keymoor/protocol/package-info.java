/**
 * Messages between the manager and its hosts, version 1.
 *
 * <p>The agent always connects, over HTTPS with certificates of the manager's CA on both sides:
 *
 * <pre>
 *   GET  /host-link/v1/authority                 -> the CA, PEM     (without a client certificate)
 *   POST /host-link/v1/join      JoinRequest     -> EnrolmentGrant  (without a client certificate)
 *   POST /host-link/v1/hello     HostHello       -> HelloReply
 *   POST /host-link/v1/poll      PollRequest     -> PollReply       (waits until there is news)
 *   POST /host-link/v1/progress  CommandProgress -> ProgressReply
 *   POST /host-link/v1/result    CommandOutcome  -> Acknowledgement (sent again until acknowledged)
 *   POST /host-link/v1/report    HostReport      -> ReportReply
 *   POST /host-link/v1/renew     RenewalRequest  -> RenewalGrant
 * </pre>
 *
 * <p>Commands carry an id chosen by the manager. A host that sees an id again answers with the
 * outcome it stored, or resumes: a command runs to completion once however often it is delivered.
 *
 * <p>No clear key ever is in a message: key derivation keys travel as {@link
 * io.keymoor.protocol.SealedKey}, KEKs of standard providers as {@link
 * io.keymoor.protocol.SealedKeys}, encrypted to one host's enrolled key, inside TLS.
 */
@NullMarked
package io.keymoor.protocol;

import org.jspecify.annotations.NullMarked;
