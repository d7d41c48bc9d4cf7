/**
 * What a manager decides, free of frameworks. One class per kind of request:
 *
 * <ul>
 *   <li>{@link io.keymoor.manager.domain.Providers}, {@link
 *       io.keymoor.manager.domain.ProviderBackups}: key providers, their export and restore.
 *   <li>{@link io.keymoor.manager.domain.Estate}, {@link io.keymoor.manager.domain.Vms}: clusters,
 *       hosts, virtual machines.
 *   <li>{@link io.keymoor.manager.domain.VmOperations}, {@link io.keymoor.manager.domain.Tasks}:
 *       work on a VM as a durable task.
 *   <li>{@link io.keymoor.manager.domain.HostLink}: what hosts ask and report.
 *   <li>{@link io.keymoor.manager.domain.Audit}, {@link io.keymoor.manager.domain.Access}: who did
 *       what, who may do what.
 * </ul>
 *
 * <p>Every change and its audit event are one transaction ({@link
 * io.keymoor.manager.domain.port.Transactions}).
 */
@NullMarked
package io.keymoor.manager.domain;

import org.jspecify.annotations.NullMarked;
