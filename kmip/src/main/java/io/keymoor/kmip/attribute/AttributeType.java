package io.keymoor.kmip.attribute;

import io.keymoor.kmip.codec.ProtocolVersion;
import io.keymoor.kmip.codec.Type;
import io.keymoor.kmip.codec.Types;
import io.keymoor.kmip.vocabulary.ObjectType;
import io.keymoor.kmip.vocabulary.Tag;
import io.keymoor.ttlv.Ttlv;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A row of the attribute table: what an attribute is called, what it holds, which versions and
 * object types have it, and who may do what to it. The rows are in {@link AttributeTypes}; custom
 * attributes, and attributes this library doesn't know, get a row of their own that holds whatever
 * stands there.
 *
 * <p>Immutable; equal by name and tag.
 *
 * @param <T> what a value is
 */
public final class AttributeType<T> {
  /** When a client may give an attribute its first value. */
  public enum ClientSets {
    /** Never; the server does. */
    NEVER,
    /** In the request that makes or registers the object. */
    AT_CREATION,
    /** Then, and later by Add Attribute or Set Attribute. */
    ANY_TIME
  }

  private final String name;
  private final int tag;
  private final String vendor;
  private final Type<T> type;
  private final ProtocolVersion since;
  private final Optional<ProtocolVersion> until;
  private final boolean multiple;
  private final ClientSets clientSets;
  private final boolean clientModifies;
  private final boolean clientDeletes;
  private final List<ObjectType> objectTypes;

  private AttributeType(Row<T> row) {
    name = row.name;
    tag = row.tag;
    vendor = row.vendor;
    type = row.type;
    since = row.since;
    until = row.until;
    multiple = row.multiple;
    clientSets = row.clientSets;
    clientModifies = row.clientModifies;
    clientDeletes = row.clientDeletes;
    objectTypes = List.copyOf(row.objectTypes);
  }

  /**
   * A custom attribute by its KMIP 1.x name: {@code x-} for a client's, {@code y-} for a server's,
   * or any other name that the table doesn't have.
   */
  public static AttributeType<Ttlv> custom(String name) {
    boolean prefixed = name.startsWith("x-") || name.startsWith("y-");
    return custom(prefixed ? name.substring(0, 1) : "", name);
  }

  /** A vendor attribute as KMIP 2.x writes it; vendors x and y are 1.x's prefixes. */
  public static AttributeType<Ttlv> vendor(String vendor, String name) {
    boolean prefix = vendor.equals("x") || vendor.equals("y");
    return custom(vendor, prefix ? vendor + "-" + name : name);
  }

  private static AttributeType<Ttlv> custom(String vendor, String name) {
    Row<Ttlv> row = new Row<>(name, Tag.ATTRIBUTE, Types.ANY).multiple();
    row.vendor = vendor;
    return (vendor.equals("y") ? row : row.client(ClientSets.ANY_TIME, true, true)).done();
  }

  /** An attribute of KMIP 2.x that the table doesn't have. */
  static AttributeType<Ttlv> unknown(int tag) {
    return new Row<>(String.format("0x%06x", tag), tag, Types.ANY).done();
  }

  /** The name KMIP 1.x uses, such as {@code Cryptographic Length}. */
  public String name() {
    return name;
  }

  /** The tag KMIP 2.x uses; {@link Tag#ATTRIBUTE} for custom attributes. */
  public int tag() {
    return tag;
  }

  /** The vendor identification of a custom attribute, {@code x} and {@code y} included. */
  public String vendor() {
    return vendor;
  }

  /** A custom attribute's name without {@code x-} or {@code y-}, as KMIP 2.x writes it. */
  public String vendorName() {
    return vendor.equals("x") || vendor.equals("y") ? name.substring(2) : name;
  }

  /** How a value is read and written. */
  public Type<T> type() {
    return type;
  }

  /** The first version that has it. */
  public ProtocolVersion since() {
    return since;
  }

  /** The last version that has it, if it was dropped. */
  public Optional<ProtocolVersion> until() {
    return until;
  }

  /** Whether this version has it. */
  public boolean isIn(ProtocolVersion version) {
    return version.isAtLeast(since) && (until.isEmpty() || until.get().isAtLeast(version));
  }

  /** Whether it is a client's, a server's or a vendor's own rather than KMIP's. */
  public boolean isCustom() {
    return tag == Tag.ATTRIBUTE;
  }

  /** Whether the table has it, or it is custom; false for what only a newer version knows. */
  public boolean isKnown() {
    return isCustom() || AttributeTypes.byTag(tag).isPresent();
  }

  /** Whether an object may have several values. */
  public boolean isMultiple() {
    return multiple;
  }

  public ClientSets clientSets() {
    return clientSets;
  }

  public boolean clientModifies() {
    return clientModifies;
  }

  public boolean clientDeletes() {
    return clientDeletes;
  }

  /** The object types that may have it. */
  public List<ObjectType> objectTypes() {
    return objectTypes;
  }

  public boolean appliesTo(ObjectType objectType) {
    return objectTypes.contains(objectType);
  }

  @Override
  public boolean equals(Object other) {
    return this == other
        || (other instanceof AttributeType<?> that
            && tag == that.tag
            && name.equals(that.name)
            && vendor.equals(that.vendor));
  }

  @Override
  public int hashCode() {
    return Objects.hash(tag, name);
  }

  @Override
  public String toString() {
    return name;
  }

  /** A row while the table is written down. */
  static final class Row<T> {
    private final String name;
    private final int tag;
    private final Type<T> type;
    private String vendor = "";
    private ProtocolVersion since = ProtocolVersion.V1_0;
    private Optional<ProtocolVersion> until = Optional.empty();
    private boolean multiple;
    private ClientSets clientSets = ClientSets.NEVER;
    private boolean clientModifies;
    private boolean clientDeletes;
    private List<ObjectType> objectTypes = ObjectType.KIND.values();

    Row(String name, int tag, Type<T> type) {
      this.name = name;
      this.tag = tag;
      this.type = type;
    }

    Row<T> since(ProtocolVersion first) {
      since = first;
      return this;
    }

    Row<T> until(ProtocolVersion last) {
      until = Optional.of(last);
      return this;
    }

    Row<T> multiple() {
      multiple = true;
      return this;
    }

    Row<T> client(ClientSets sets, boolean modifies, boolean deletes) {
      clientSets = sets;
      clientModifies = modifies;
      clientDeletes = deletes;
      return this;
    }

    Row<T> on(List<ObjectType> types) {
      objectTypes = types;
      return this;
    }

    AttributeType<T> done() {
      return new AttributeType<>(this);
    }
  }
}
