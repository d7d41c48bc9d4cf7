package io.keymoor.host.keys;

/** The manager sent a desired state that makes no sense. All was left as it was. */
public final class MalformedDesiredState extends RuntimeException {
  private static final long serialVersionUID = 1L;

  MalformedDesiredState(String what) {
    super(
        "The manager sent a list of key providers that can't be right: "
            + what
            + ". This host keeps the providers it has. Check that manager and host run compatible"
            + " versions.");
  }
}
