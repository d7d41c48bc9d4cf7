package io.keymoor.kmip.message;

import io.keymoor.kmip.attribute.Attribute;
import io.keymoor.kmip.attribute.AttributeType;
import io.keymoor.kmip.attribute.AttributeTypes;
import io.keymoor.kmip.attribute.ObjectId;
import io.keymoor.kmip.codec.ByteString;
import io.keymoor.kmip.codec.EnumKind;
import io.keymoor.kmip.codec.OpenEnum;
import io.keymoor.kmip.codec.ProtocolVersion;
import io.keymoor.kmip.object.KeyBlock;
import io.keymoor.kmip.object.KeyMaterial;
import io.keymoor.kmip.object.KeyValue;
import io.keymoor.kmip.vocabulary.IdentifierReference;
import io.keymoor.kmip.vocabulary.KeyFormatType;
import io.keymoor.kmip.vocabulary.Tag;
import io.keymoor.secret.SecretBytes;
import io.keymoor.ttlv.Ttlv;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.lang.reflect.WildcardType;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;

/** Makes records of any kind, the same ones for the same seed. Only tests look into classes. */
final class Generator {
  private static final Map<String, Integer> TAG_OF_ANY =
      Map.of(
          "value", Tag.ADJUSTMENT_VALUE,
          "objectGroups", Tag.OBJECT_GROUPS,
          "serverInformation", Tag.SERVER_INFORMATION,
          "defaults", Tag.DEFAULTS_INFORMATION,
          "version", Tag.PROFILE_VERSION,
          "extension", Tag.VENDOR_EXTENSION);
  private static final Map<AttributeType<?>, Type> VALUE_TYPES = valueTypes();

  private final Random random;
  private final ProtocolVersion version;
  private final double optional;

  Generator(long seed, ProtocolVersion version, double optional) {
    this.random = new Random(seed);
    this.version = version;
    this.optional = optional;
  }

  <T> T make(Class<T> type) {
    return type.cast(value(type, ""));
  }

  private Object value(Type type, String name) {
    return switch (type) {
      case ParameterizedType generic -> generic(generic, name);
      case Class<?> plain -> plain(plain, name);
      case WildcardType wildcard -> throw new IllegalStateException(wildcard.toString());
      default -> throw new IllegalStateException("no value of " + type);
    };
  }

  private Object generic(ParameterizedType type, String name) {
    Type argument = type.getActualTypeArguments()[0];
    if (type.getRawType() == Optional.class) {
      return random.nextDouble() < optional ? Optional.of(value(argument, name)) : Optional.empty();
    }
    if (type.getRawType() == List.class) {
      List<Object> list = new ArrayList<>();
      for (int i = random.nextDouble() < optional ? 1 + random.nextInt(3) : 0; i > 0; i--) {
        list.add(value(argument, name));
      }
      return list;
    }
    if (type.getRawType() == Attribute.class) {
      return attribute();
    }
    if (type.getRawType() == AttributeType.class) {
      return random.nextInt(4) == 0 ? customType() : tableType();
    }
    throw new IllegalStateException("no value of " + type);
  }

  private Object plain(Class<?> type, String name) {
    if (OpenEnum.class.isAssignableFrom(type)) {
      return enumeration(type);
    }
    if (type == Ttlv.class) {
      return any(TAG_OF_ANY.getOrDefault(name, Tag.ATTRIBUTE_VALUE), name.isEmpty());
    }
    if (type == KeyBlock.class) {
      return keyBlock();
    }
    if (type == ObjectId.class) {
      return objectId(name);
    }
    if (type == ProtocolVersion.class) {
      return ProtocolVersion.of(random.nextInt(3), random.nextInt(5));
    }
    if (type.isSealed()) {
      List<Class<?>> cases =
          Arrays.stream(type.getPermittedSubclasses())
              .filter(one ->
                  version.isTagged() || !one.getSimpleName().matches("ByOperation|ByPosition"))
              .filter(one -> !one.getSimpleName().equals("Other"))
              .toList();
      return plain(cases.get(random.nextInt(cases.size())), name);
    }
    return type.isRecord() ? record(type) : scalar(type);
  }

  private Object scalar(Class<?> type) {
    return switch (type.getName()) {
      case "int", "java.lang.Integer" -> random.nextInt();
      case "long", "java.lang.Long" -> random.nextLong();
      case "boolean", "java.lang.Boolean" -> random.nextBoolean();
      case "java.lang.String" -> text();
      case "java.math.BigInteger" -> new BigInteger(random.nextInt(200), random);
      case "java.time.Instant" -> Instant.ofEpochSecond(random.nextInt());
      case "java.time.Duration" -> Duration.ofSeconds(Integer.toUnsignedLong(random.nextInt()));
      case "io.keymoor.kmip.codec.ByteString" -> ByteString.owning(bytes(random.nextInt(40)));
      // A length of whole words, so that a secret number's padding doesn't show.
      case "io.keymoor.secret.SecretBytes" -> secret();
      default -> throw new IllegalStateException("no value of " + type);
    };
  }

  private SecretBytes secret() {
    byte[] bytes = bytes(16);
    for (int i = 0; i < bytes.length; i++) {
      // ASCII, because passwords are texts.
      bytes[i] = (byte) ('a' + (bytes[i] & 15));
    }
    return SecretBytes.takeOver(bytes);
  }

  private byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  private String text() {
    return "t<&\"é\uD83D\uDD11 ".substring(random.nextInt(5)) + random.nextInt();
  }

  private Object record(Class<?> type) {
    RecordComponent[] components = type.getRecordComponents();
    Object[] values = new Object[components.length];
    Class<?>[] types = new Class<?>[components.length];
    for (int i = 0; i < components.length; i++) {
      values[i] = value(components[i].getGenericType(), components[i].getName());
      types[i] = components[i].getType();
    }
    try {
      var constructor = type.getDeclaredConstructor(types);
      constructor.setAccessible(true);
      return constructor.newInstance(values);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  private Object enumeration(Class<?> type) {
    try {
      EnumKind<?> kind = (EnumKind<?>) type.getField("KIND").get(null);
      List<?> values = kind.values();
      return values.isEmpty() || random.nextInt(10) == 0
          ? kind.of(0x8000_0000 | random.nextInt(100))
          : values.get(random.nextInt(values.size()));
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  private ObjectId objectId(String name) {
    boolean mayBeLeftOut = name.endsWith("object") || name.endsWith("Object");
    return switch (random.nextInt(version.isTagged() ? 5 : 2)) {
      case 0 -> mayBeLeftOut ? ObjectId.PLACEHOLDER : ObjectId.of("x");
      case 1, 2 -> ObjectId.of(text());
      case 3 -> new ObjectId.ByPosition(random.nextInt(5) - 2);
      default -> new ObjectId.ByOperation(IdentifierReference.KIND.of(1 + random.nextInt(16)));
    };
  }

  private Ttlv any(int tag, boolean leaf) {
    return switch (random.nextInt(leaf ? 8 : 9)) {
      case 0 -> new Ttlv.Int(tag, random.nextInt());
      case 1 -> new Ttlv.LongInt(tag, random.nextLong());
      case 2 -> new Ttlv.Bool(tag, random.nextBoolean());
      case 3 -> new Ttlv.Text(tag, text());
      case 4 -> new Ttlv.Bytes(tag, bytes(random.nextInt(20)));
      case 5 -> new Ttlv.DateTime(tag, random.nextInt());
      case 6 -> new Ttlv.Interval(tag, random.nextInt(1000));
      case 7 -> new Ttlv.Enumeration(tag, 0x8000_0000 | random.nextInt(1000));
      default ->
          new Ttlv.Structure(tag, List.of(any(Tag.COMMENT, true), any(Tag.DESCRIPTION, true)));
    };
  }

  private KeyBlock keyBlock() {
    KeyBlock block = (KeyBlock) record(KeyBlock.class);
    Map<Integer, Class<?>> formats =
        Map.of(
            1, KeyMaterial.Encoded.class,
            4, KeyMaterial.Encoded.class,
            7, KeyMaterial.TransparentSymmetricKey.class,
            8, KeyMaterial.DsaPrivateKey.class,
            10, KeyMaterial.RsaPrivateKey.class,
            11, KeyMaterial.RsaPublicKey.class,
            12, KeyMaterial.DhPrivateKey.class,
            20, KeyMaterial.EcPrivateKey.class,
            21, KeyMaterial.EcPublicKey.class);
    List<Integer> codes = formats.keySet().stream().sorted().toList();
    int code = codes.get(random.nextInt(codes.size()));
    KeyMaterial material = (KeyMaterial) record(Objects.requireNonNull(formats.get(code)));
    KeyValue value =
        random.nextInt(5) == 0
            ? new KeyValue.Wrapped(ByteString.owning(bytes(24)))
            : new KeyValue.Plain(material);
    return new KeyBlock(
        KeyFormatType.KIND.of(code),
        block.compression(),
        Optional.of(value),
        block.algorithm(),
        block.length(),
        block.wrapping());
  }

  private AttributeType<?> tableType() {
    List<AttributeType<?>> all = AttributeTypes.all();
    AttributeType<?> type = all.get(random.nextInt(all.size()));
    return type.isIn(version) ? type : tableType();
  }

  private AttributeType<Ttlv> customType() {
    String name = (random.nextBoolean() ? "x-" : "y-") + random.nextInt(100);
    return AttributeType.custom(name);
  }

  private Attribute<?> attribute() {
    int index = version.isTagged() || random.nextBoolean() ? Attribute.NO_INDEX : random.nextInt(9);
    AttributeType<?> type = tableType();
    Type valueType = VALUE_TYPES.get(type);
    if (valueType == null || random.nextInt(4) == 0) {
      return new Attribute<>(customType(), index, any(Tag.ATTRIBUTE_VALUE, false));
    }
    return of(type, index, value(valueType, "linked"));
  }

  @SuppressWarnings("unchecked") // The value was made for the type.
  private static <T> Attribute<T> of(AttributeType<T> type, int index, Object value) {
    return new Attribute<>(type, index, (T) value);
  }

  private static Map<AttributeType<?>, Type> valueTypes() {
    Map<AttributeType<?>, Type> types = new HashMap<>();
    for (Field field : AttributeTypes.class.getDeclaredFields()) {
      if (field.getType() == AttributeType.class && Modifier.isPublic(field.getModifiers())) {
        try {
          types.put(
              (AttributeType<?>) field.get(null),
              ((ParameterizedType) field.getGenericType()).getActualTypeArguments()[0]);
        } catch (IllegalAccessException e) {
          throw new IllegalStateException(e);
        }
      }
    }
    return types;
  }
}
