/**
 * A KMIP client for several servers.
 *
 * <pre>{@code
 * ClientSettings settings = ClientSettings.of(List.of(new Endpoint("kms1.example", 5696)), tls);
 * try (KmipClient client = new KmipClient(settings)) {
 *   Create.Result made = client.call(Create.symmetricKey(CryptographicAlgorithm.AES, 256, mask));
 *   try (ManagedObject key = client.call(Get.of(made.uniqueIdentifier())).managedObject()) {
 *     // use it
 *   }
 * }
 * }</pre>
 *
 * <p>What a call throws is a {@link io.keymoor.kmip.client.KmipFailure}; its cases say whether the
 * operation was refused, can't have happened, or may have happened.
 */
@NullMarked
package io.keymoor.kmip.client;

import org.jspecify.annotations.NullMarked;
