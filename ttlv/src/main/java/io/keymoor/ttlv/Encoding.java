package io.keymoor.ttlv;

/** The three encodings of one message. */
public enum Encoding {
  /** Binary TTLV, KMIP's own (media type application/octet-stream). */
  BINARY("application/octet-stream") {
    @Override
    public TtlvReader reader(byte[] frame, int from, int to, Names names, Limits limits) {
      return new BinaryReader(frame, from, to, limits);
    }

    @Override
    public TtlvWriter writer(Names names) {
      return new BinaryWriter();
    }
  },
  /** XML of the KMIP profiles. */
  XML("text/xml") {
    @Override
    public TtlvReader reader(byte[] frame, int from, int to, Names names, Limits limits) {
      TextItem root = XmlParser.parse(new TextSource(frame, from, to, limits, names));
      return new TextReader(frame, root, names, XmlParser::unescape);
    }

    @Override
    public TtlvWriter writer(Names names) {
      return new XmlWriter(names);
    }
  },
  /** JSON of the KMIP profiles. */
  JSON("application/json") {
    @Override
    public TtlvReader reader(byte[] frame, int from, int to, Names names, Limits limits) {
      TextItem root = JsonParser.parse(new TextSource(frame, from, to, limits, names));
      return new TextReader(frame, root, names, JsonParser::unescape);
    }

    @Override
    public TtlvWriter writer(Names names) {
      return new JsonWriter(names);
    }
  };

  private final String mediaType;

  Encoding(String mediaType) {
    this.mediaType = mediaType;
  }

  /** The media type under which HTTPS carries it (KMIP Profiles, HTTPS). */
  public String mediaType() {
    return mediaType;
  }

  /**
   * A cursor on the message in {@code frame}. The array must not change while the cursor is used;
   * it stays the caller's, who zeroes it when done with the cursor.
   *
   * @throws MalformedTtlv where the message as a whole breaks a limit, or (XML, JSON) the syntax
   */
  public abstract TtlvReader reader(byte[] frame, int from, int to, Names names, Limits limits);

  /** As {@link #reader(byte[], int, int, Names, Limits)}, over the whole array. */
  public TtlvReader reader(byte[] frame, Names names, Limits limits) {
    return reader(frame, 0, frame.length, names, limits);
  }

  /** An empty message to write. */
  public abstract TtlvWriter writer(Names names);
}
