/**
 * How libvirt asks the agent for the secrets of a domain that somebody starts with plain means,
 * such as {@code virsh start}.
 *
 * <p>libvirt runs its hook {@code qemu DOMAIN prepare begin} before it looks up secrets and waits
 * for it. {@link io.keymoor.hypervisor.hook.StartHook} installs a small shell script there, which
 * puts the domain's XML into a directory that only root can enter; {@link
 * io.keymoor.hypervisor.hook.HookServer} in the agent finds it, asks its {@link
 * io.keymoor.hypervisor.hook.StartListener} and answers. Domains without a key record start as if
 * none of this were there.
 *
 * <pre>
 * EXCHANGE/                  0700
 *   agent.lock               flock(2) held by the agent as long as it lives
 *   requests/request.XXXXX/  made complete under another name, then renamed
 *     operation              "prepare", "release" or "migrate"
 *     domain.xml             what libvirt gave
 *     answer                 a FIFO; one line: "allow" or "refuse SENTENCE" (not after "release")
 * </pre>
 */
@NullMarked
package io.keymoor.hypervisor.hook;

import org.jspecify.annotations.NullMarked;
