package io.keymoor.kms.policy;

/** What an operation needs on an object. */
public enum Right {
  /** To find it and read its attributes. */
  SEE,
  /** To receive its key material. */
  OBTAIN,
  /** To have the server compute with it. */
  USE,
  /** To change its attributes, archive it, make a successor. */
  CHANGE,
  /** To activate, revoke or destroy it. */
  END
}
