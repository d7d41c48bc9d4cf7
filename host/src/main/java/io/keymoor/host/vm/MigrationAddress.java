package io.keymoor.host.vm;

import java.util.regex.Pattern;

/**
 * What an agent takes from another host as its address. Parameters of a libvirt URI can name
 * programs to run and other ways of checking who answers, so there are none.
 */
public final class MigrationAddress {
  private static final Pattern URI =
      Pattern.compile(
          "qemu\\+tls://[A-Za-z0-9.:\\[\\]-]{1,255}/system"
              + "|qemu\\+ssh://([A-Za-z0-9._-]{1,64}@)?[A-Za-z0-9.:\\[\\]-]{1,255}/system"
              + "|qemu\\+unix:///system\\?socket=/[A-Za-z0-9._/-]{1,200}");

  private static final Pattern ADDRESS = Pattern.compile("[A-Za-z0-9.:-]{1,255}");

  private MigrationAddress() {}

  /** Whether a libvirt may be reached by this URI. */
  public static boolean uriAllowed(String uri) {
    return URI.matcher(uri).matches();
  }

  /** Whether a QEMU may be reached at this name or address. */
  public static boolean addressAllowed(String address) {
    return ADDRESS.matcher(address).matches();
  }
}
