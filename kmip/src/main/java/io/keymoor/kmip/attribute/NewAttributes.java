package io.keymoor.kmip.attribute;

import io.keymoor.kmip.codec.Decoder;
import io.keymoor.kmip.codec.Encoder;
import io.keymoor.kmip.codec.Fields;
import io.keymoor.kmip.codec.Type;
import io.keymoor.kmip.codec.Types;
import io.keymoor.kmip.vocabulary.Tag;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * The attributes a new object shall have.
 *
 * <pre>
 *  KMIP 1.x                      KMIP 2.x
 *  TemplateAttribute             Attributes
 *    Name      any number          {attribute} any number
 *    Attribute any number
 * </pre>
 *
 * @param templates names of template objects to take attributes from; KMIP 1.x only
 * @param attributes the attributes themselves
 */
public record NewAttributes(List<Name> templates, Attributes attributes) {
  /** Nothing asked for. */
  public static final NewAttributes NONE = new NewAttributes(List.of(), Attributes.NONE);

  /** The structure, in the shape of the version. */
  public static final Type<NewAttributes> TYPE =
      Types.of(NewAttributes::read, NewAttributes::write);

  public NewAttributes {
    templates = List.copyOf(templates);
  }

  public static NewAttributes of(Attribute<?>... attributes) {
    return new NewAttributes(List.of(), Attributes.of(attributes));
  }

  public static NewAttributes of(Attributes attributes) {
    return new NewAttributes(List.of(), attributes);
  }

  /** The field Template-Attribute, or Attributes. */
  public static <R> NewAttributes in(Fields<R> fields, Function<R, NewAttributes> of) {
    return fields.required(
        fields.version().isTagged() ? Tag.ATTRIBUTES : Tag.TEMPLATE_ATTRIBUTE, TYPE, of);
  }

  /** The field where it may be left out. */
  public static <R> Optional<NewAttributes> maybeIn(
      Fields<R> fields, Function<R, Optional<NewAttributes>> of) {
    return fields.optional(
        fields.version().isTagged() ? Tag.ATTRIBUTES : Tag.TEMPLATE_ATTRIBUTE, TYPE, of);
  }

  /** The attributes of both keys, of the private key, and of the public key. */
  public static <R> Optional<NewAttributes> maybeIn(
      Fields<R> fields, int namedTag, int taggedTag, Function<R, Optional<NewAttributes>> of) {
    return fields.optional(fields.version().isTagged() ? taggedTag : namedTag, TYPE, of);
  }

  private static NewAttributes read(Decoder in) {
    if (in.version().isTagged()) {
      return new NewAttributes(List.of(), Attributes.TYPE.read(in));
    }
    in.reader().enter();
    List<Name> templates = List.of();
    if (in.tag() == Tag.NAME) {
      templates = new ArrayList<>();
      while (in.tag() == Tag.NAME) {
        templates.add(Name.TYPE.read(in));
      }
    }
    Attributes attributes = Attributes.readNamed(in);
    in.end();
    return new NewAttributes(templates, attributes);
  }

  private static void write(Encoder out, int tag, NewAttributes value) {
    if (out.version().isTagged()) {
      if (!value.templates.isEmpty()) {
        out.omit(Tag.NAME);
      }
      Attributes.TYPE.write(out, tag, value.attributes);
      return;
    }
    out.writer().start(tag);
    for (Name template : value.templates) {
      Name.TYPE.write(out, Tag.NAME, template);
    }
    value.attributes.writeNamed(out);
    out.writer().end();
  }
}
