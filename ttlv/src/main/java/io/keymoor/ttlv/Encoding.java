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
      TextReader.Parse parse =
          (message, begin, end) ->
              XmlParser.parse(new TextSource(message, begin, end, limits, names));
      return new TextReader(frame, from, to, parse, names, XmlParser::unescape);
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
      TextReader.Parse parse =
          (message, begin, end) ->
              JsonParser.parse(new TextSource(message, begin, end, limits, names));
      return new TextReader(frame, from, to, parse, names, JsonParser::unescape);
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
