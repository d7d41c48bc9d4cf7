/** Tests of the client against servers on real TLS sockets. */
@NullMarked
package io.keymoor.kmip.client;

import org.jspecify.annotations.NullMarked;
