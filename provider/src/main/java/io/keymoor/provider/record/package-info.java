/**
 * Key records, version 1: what an object remembers about its keys, travelling with it.
 *
 * <p>{@link io.keymoor.provider.record.KeyRecord} is the data, {@link
 * io.keymoor.provider.record.KeyRecordCodec} its JSON, {@link
 * io.keymoor.provider.record.RecordKeys} the wrapping and the MAC, {@link
 * io.keymoor.provider.record.RecordChoice} the rule for which of several copies is believed.
 *
 * <p>A record holds no secret: data keys are in it wrapped only. It is written where attackers can
 * write, so wrapped keys are bound to object, part and generation, and a MAC covers the whole.
 */
@NullMarked
package io.keymoor.provider.record;

import org.jspecify.annotations.NullMarked;
