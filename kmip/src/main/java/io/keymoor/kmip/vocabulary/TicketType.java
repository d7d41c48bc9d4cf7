package io.keymoor.kmip.vocabulary;

import io.keymoor.kmip.codec.EnumKind;
import io.keymoor.kmip.codec.OpenEnum;

/** Ticket Type (KMIP 2.1 section 11.57); unknown values survive. */
public final class TicketType extends OpenEnum {
  public static final EnumKind<TicketType> KIND = new EnumKind<>(Tag.TICKET_TYPE, TicketType::new);

  public static final TicketType LOGIN = KIND.known(0x01, "Login");

  private TicketType(int value, String name) {
    super(value, name);
  }
}
