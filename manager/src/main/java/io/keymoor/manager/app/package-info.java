/**
 * Puts a manager together: {@link io.keymoor.manager.app.ManagerMain} is the command, {@link
 * io.keymoor.manager.app.Initialisation} makes a manager's directory, {@link
 * io.keymoor.manager.app.ManagerServer} wires and runs it. A directory holds
 *
 * <pre>
 *   manager.json           configuration           root.key            seals all secrets, 0600
 *   pki/                   CA and server: certificates in PEM, keys sealed under root.key
 *   admin/context.json     the first administrator's context, its key beside it, 0600
 *   postgres/              the embedded database   postgres.password   its password, 0600
 *   port                   the port, when 0 was asked for
 * </pre>
 */
@NullMarked
package io.keymoor.manager.app;

import org.jspecify.annotations.NullMarked;
