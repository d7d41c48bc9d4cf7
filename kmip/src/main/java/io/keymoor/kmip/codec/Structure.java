package io.keymoor.kmip.codec;

/** The type of a structure, by its {@link Layout}. */
public final class Structure<R> implements Type<R> {
  private final Layout<R> layout;

  public Structure(Layout<R> layout) {
    this.layout = layout;
  }

  @Override
  public R read(Decoder in) {
    return in.structure(layout);
  }

  @Override
  public void write(Encoder out, int tag, R value) {
    out.structure(tag, layout, value);
  }
}
