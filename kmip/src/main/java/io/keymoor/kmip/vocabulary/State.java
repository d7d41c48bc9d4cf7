package io.keymoor.kmip.vocabulary;

import io.keymoor.kmip.codec.EnumKind;
import io.keymoor.kmip.codec.OpenEnum;

/** State (KMIP 2.1 section 11.55); unknown values survive. */
public final class State extends OpenEnum {
  public static final EnumKind<State> KIND = new EnumKind<>(Tag.STATE, State::new);

  public static final State PRE_ACTIVE = KIND.known(0x01, "PreActive");
  public static final State ACTIVE = KIND.known(0x02, "Active");
  public static final State DEACTIVATED = KIND.known(0x03, "Deactivated");
  public static final State COMPROMISED = KIND.known(0x04, "Compromised");
  public static final State DESTROYED = KIND.known(0x05, "Destroyed");
  public static final State DESTROYED_COMPROMISED = KIND.known(0x06, "DestroyedCompromised");

  private State(int value, String name) {
    super(value, name);
  }
}
