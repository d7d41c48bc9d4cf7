package io.keymoor.kmip.attribute;

import io.keymoor.kmip.codec.Structure;
import io.keymoor.kmip.vocabulary.LinkType;
import io.keymoor.kmip.vocabulary.Tag;

/** The Link attribute (KMIP 2.1 section 4.31). */
public record Link(LinkType type, ObjectId target) {
  public static final Structure<Link> TYPE =
      new Structure<>(fields ->
          new Link(
              fields.required(Tag.LINK_TYPE, LinkType.KIND, Link::type),
              fields.required(Tag.LINKED_OBJECT_IDENTIFIER, ObjectId.TYPE, Link::target)));
}
