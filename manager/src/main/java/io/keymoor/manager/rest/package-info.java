/**
 * The REST API, {@code /api/v1}; {@code openapi.yaml} beside this package is its contract. {@link
 * io.keymoor.manager.rest.RestApi} holds every route in one table with the privilege it needs.
 */
@NullMarked
package io.keymoor.manager.rest;

import org.jspecify.annotations.NullMarked;
