package io.keymoor.kmip.vocabulary;

import java.util.List;

/** Bits of the Protection Storage Mask (KMIP 2.1 section 12.2). */
public final class ProtectionStorageMask {
  public static final int SOFTWARE = 1 << 0;
  public static final int HARDWARE = 1 << 1;
  public static final int ON_PROCESSOR = 1 << 2;
  public static final int ON_SYSTEM = 1 << 3;
  public static final int OFF_SYSTEM = 1 << 4;
  public static final int HYPERVISOR = 1 << 5;
  public static final int OPERATING_SYSTEM = 1 << 6;
  public static final int CONTAINER = 1 << 7;
  public static final int ON_PREMISES = 1 << 8;
  public static final int OFF_PREMISES = 1 << 9;
  public static final int SELF_MANAGED = 1 << 10;
  public static final int OUTSOURCED = 1 << 11;
  public static final int VALIDATED = 1 << 12;
  public static final int SAME_JURISDICTION = 1 << 13;

  /** The names of the bits, from the lowest. */
  static final List<String> NAMES =
      List.of(
          "Software",
          "Hardware",
          "OnProcessor",
          "OnSystem",
          "OffSystem",
          "Hypervisor",
          "OperatingSystem",
          "Container",
          "OnPremises",
          "OffPremises",
          "SelfManaged",
          "Outsourced",
          "Validated",
          "SameJurisdiction");

  private ProtectionStorageMask() {}
}
