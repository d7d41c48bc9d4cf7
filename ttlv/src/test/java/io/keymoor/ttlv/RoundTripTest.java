package io.keymoor.ttlv;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Generated items survive every encoding; a failure names the seed. */
class RoundTripTest {
  private static final int ROUNDS = 2000;
  private static final int[] TAGS = {
    TestNames.STRUCTURE, TestNames.VALUE, TestNames.ALGORITHM, TestNames.MASK, 0x540001, 0xffffff
  };

  @ParameterizedTest
  @EnumSource
  void whatIsWrittenIsRead(Encoding encoding) {
    for (int seed = 0; seed < ROUNDS; seed++) {
      Ttlv item = item(new Random(seed), 4);
      try (TtlvWriter out = encoding.writer(new TestNames())) {
        item.write(out);
        byte[] frame = out.toByteArray();
        TtlvReader in = encoding.reader(frame, new TestNames(), Limits.DEFAULT);
        assertThat(Ttlv.read(in)).as("seed %d", seed).isEqualTo(item);
        assertThat(in.tag()).isEqualTo(TtlvReader.END);
      }
    }
  }

  static Ttlv item(Random random, int depth) {
    int tag = TAGS[random.nextInt(TAGS.length)];
    return switch (random.nextInt(depth > 0 ? 14 : 10)) {
      case 0 -> new Ttlv.Int(tag, random.nextInt());
      case 1 -> new Ttlv.LongInt(tag, random.nextLong() >> random.nextInt(64));
      case 2 -> new Ttlv.BigInt(tag, bigInteger(random));
      case 3 -> new Ttlv.Enumeration(tag, random.nextBoolean() ? random.nextInt() : 3);
      case 4 -> new Ttlv.Bool(tag, random.nextBoolean());
      case 5 -> new Ttlv.Text(tag, text(random));
      case 6 -> new Ttlv.Bytes(tag, bytes(random));
      case 7 -> new Ttlv.DateTime(tag, random.nextLong() >> random.nextInt(64));
      case 8 -> new Ttlv.Interval(tag, Integer.toUnsignedLong(random.nextInt()));
      case 9 -> new Ttlv.DateTimeExtended(tag, random.nextLong());
      default -> structure(random, tag, depth);
    };
  }

  private static Ttlv structure(Random random, int tag, int depth) {
    List<Ttlv> items = new ArrayList<>();
    for (int i = random.nextInt(5); i > 0; i--) {
      items.add(item(random, depth - 1));
    }
    return new Ttlv.Structure(tag, items);
  }

  private static BigInteger bigInteger(Random random) {
    BigInteger value = new BigInteger(random.nextInt(300), random);
    return random.nextBoolean() ? value : value.negate();
  }

  private static byte[] bytes(Random random) {
    byte[] bytes = new byte[random.nextInt(40)];
    random.nextBytes(bytes);
    return bytes;
  }

  private static String text(Random random) {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(20); i > 0; i--) {
      switch (random.nextInt(5)) {
        case 0 -> text.append("<>&\"'\\/\t\n\r{}[]".charAt(random.nextInt(14)));
        case 1 -> text.appendCodePoint(0x1F511 + random.nextInt(20));
        case 2 -> text.append((char) (0xa0 + random.nextInt(0x400)));
        default -> text.append((char) (' ' + random.nextInt(95)));
      }
    }
    return text.toString();
  }
}
