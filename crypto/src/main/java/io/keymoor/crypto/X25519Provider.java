package io.keymoor.crypto;

import java.math.BigInteger;
import java.security.InvalidAlgorithmParameterException;
import java.security.InvalidKeyException;
import java.security.InvalidParameterException;
import java.security.Key;
import java.security.KeyPair;
import java.security.KeyPairGeneratorSpi;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Security;
import java.security.interfaces.XECPrivateKey;
import java.security.interfaces.XECPublicKey;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.NamedParameterSpec;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import javax.crypto.KeyAgreementSpi;
import javax.crypto.SecretKey;
import javax.crypto.ShortBufferException;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.math.ec.rfc7748.X25519;
import org.jspecify.annotations.Nullable;

/**
 * Key agreement on Curve25519 (RFC 7748) for this process's TLS, in a third of the time that the
 * JDK's own needs: half of the arithmetic of a resumed handshake is this.
 *
 * <p>Guarantee: it answers for X25519 alone. Everything else, X448 under the same name "XDH"
 * included, is refused in the way that makes the JDK turn to its own providers. A shared secret of
 * zeros is refused, as RFC 8446 section 7.4.2 demands. The arithmetic is Bouncy Castle's and takes
 * no branch that depends on a secret. Thread-safe as a provider; generators and agreements are not.
 */
public final class X25519Provider extends Provider {
  private static final long serialVersionUID = 1;
  private static final String NAME = "KeymoorX25519";
  private static final int BYTES = 32;

  public X25519Provider() {
    super(NAME, "1", "X25519 key agreement");
    for (String algorithm : List.of("XDH", "X25519")) {
      putService(new Made(this, "KeyPairGenerator", algorithm, Generator.class, Generator::new));
      putService(new Made(this, "KeyAgreement", algorithm, Agreement.class, Agreement::new));
    }
  }

  /** Lets this process's TLS use it. A second call does nothing. */
  public static void install() {
    Security.insertProviderAt(new X25519Provider(), 1);
  }

  private static final class Made extends Provider.Service {
    private final Supplier<Object> maker;

    Made(
        Provider provider,
        String type,
        String algorithm,
        Class<?> implementation,
        Supplier<Object> maker) {
      super(provider, type, algorithm, implementation.getName(), null, null);
      this.maker = maker;
    }

    @Override
    public Object newInstance(@Nullable Object parameter) {
      return maker.get();
    }
  }

  private static boolean isOurs(AlgorithmParameterSpec parameters) {
    return parameters instanceof NamedParameterSpec named
        && named.getName().toUpperCase(Locale.ROOT).equals(NamedParameterSpec.X25519.getName());
  }

  /** The coordinate's 32 bytes, little-endian, from the number that Java's interface has. */
  private static byte[] bytes(BigInteger coordinate) {
    byte[] big = coordinate.toByteArray();
    byte[] little = new byte[BYTES];
    for (int i = 0; i < BYTES && i < big.length; i++) {
      little[i] = big[big.length - 1 - i];
    }
    return little;
  }

  /** A public point. The top bit of the last byte is not part of it (RFC 7748 section 5). */
  private record Point(BigInteger u) implements XECPublicKey {
    /** SubjectPublicKeyInfo of RFC 8410 up to the key's bytes. */
    private static final byte[] PREFIX = HexFormat.of().parseHex("302a300506032b656e032100");

    static Point of(byte[] little) {
      byte[] big = new byte[BYTES];
      for (int i = 0; i < BYTES; i++) {
        big[i] = little[BYTES - 1 - i];
      }
      big[0] &= 0x7f;
      return new Point(new BigInteger(1, big));
    }

    @Override
    public BigInteger getU() {
      return u;
    }

    @Override
    public AlgorithmParameterSpec getParams() {
      return NamedParameterSpec.X25519;
    }

    @Override
    public String getAlgorithm() {
      return "XDH";
    }

    @Override
    public String getFormat() {
      return "X.509";
    }

    @Override
    public byte[] getEncoded() {
      byte[] encoded = Arrays.copyOf(PREFIX, PREFIX.length + BYTES);
      System.arraycopy(bytes(u), 0, encoded, PREFIX.length, BYTES);
      return encoded;
    }
  }

  /** A key of one handshake; it has no encoding to be stored in. */
  private static final class Scalar implements XECPrivateKey {
    private static final long serialVersionUID = 1;
    private final byte[] scalar;
    private boolean destroyed;

    Scalar(byte[] scalar) {
      this.scalar = scalar;
    }

    @Override
    public Optional<byte[]> getScalar() {
      return destroyed ? Optional.empty() : Optional.of(scalar.clone());
    }

    @Override
    public AlgorithmParameterSpec getParams() {
      return NamedParameterSpec.X25519;
    }

    @Override
    public String getAlgorithm() {
      return "XDH";
    }

    @Override
    public @Nullable String getFormat() {
      return null;
    }

    @Override
    public byte @Nullable [] getEncoded() {
      return null;
    }

    @Override
    public void destroy() {
      Arrays.fill(scalar, (byte) 0);
      destroyed = true;
    }

    @Override
    public boolean isDestroyed() {
      return destroyed;
    }
  }

  private static final class Generator extends KeyPairGeneratorSpi {
    private SecureRandom random = new SecureRandom();

    @Override
    public void initialize(int bits, @Nullable SecureRandom source) {
      if (bits != 255) {
        throw new InvalidParameterException("X25519 keys have 255 bits");
      }
      random = source == null ? random : source;
    }

    @Override
    public void initialize(AlgorithmParameterSpec parameters, @Nullable SecureRandom source)
        throws InvalidAlgorithmParameterException {
      if (!isOurs(parameters)) {
        throw new InvalidAlgorithmParameterException("only X25519 is made here");
      }
      random = source == null ? random : source;
    }

    @Override
    public KeyPair generateKeyPair() {
      byte[] scalar = new byte[BYTES];
      byte[] point = new byte[BYTES];
      X25519.generatePrivateKey(random, scalar);
      X25519.scalarMultBase(scalar, 0, point, 0);
      PublicKey known = Point.of(point);
      PrivateKey own = new Scalar(scalar);
      return new KeyPair(known, own);
    }
  }

  private static final class Agreement extends KeyAgreementSpi {
    private byte[] scalar = new byte[0];
    private byte[] secret = new byte[0];

    @Override
    protected void engineInit(Key key, @Nullable SecureRandom random) throws InvalidKeyException {
      if (!(key instanceof XECPrivateKey own) || !isOurs(own.getParams())) {
        throw new InvalidKeyException("only X25519 keys agree here");
      }
      scalar =
          own.getScalar().orElseThrow(() -> new InvalidKeyException("the key's bytes are hidden"));
      secret = new byte[0];
      if (scalar.length != BYTES) {
        throw new InvalidKeyException("an X25519 key has 32 bytes");
      }
    }

    @Override
    protected void engineInit(
        Key key, @Nullable AlgorithmParameterSpec parameters, @Nullable SecureRandom random)
        throws InvalidKeyException, InvalidAlgorithmParameterException {
      if (parameters != null) {
        throw new InvalidAlgorithmParameterException("X25519 takes no parameters");
      }
      engineInit(key, random);
    }

    @Override
    protected @Nullable Key engineDoPhase(Key key, boolean last) throws InvalidKeyException {
      if (!last || scalar.length == 0) {
        throw new IllegalStateException("X25519 has one phase, after the own key is known");
      }
      if (!(key instanceof XECPublicKey other) || !isOurs(other.getParams())) {
        throw new InvalidKeyException("only X25519 keys agree here");
      }
      secret = new byte[BYTES];
      boolean sound = X25519.calculateAgreement(scalar, 0, bytes(other.getU()), 0, secret, 0);
      if (!sound) {
        secret = new byte[0];
        throw new InvalidKeyException("the other side's point has a small order");
      }
      return null;
    }

    @Override
    protected byte[] engineGenerateSecret() {
      if (secret.length == 0) {
        throw new IllegalStateException("there is no other side's key yet");
      }
      byte[] result = secret;
      secret = new byte[0];
      Arrays.fill(scalar, (byte) 0);
      scalar = new byte[0];
      return result;
    }

    @Override
    protected int engineGenerateSecret(byte[] target, int offset) throws ShortBufferException {
      if (target.length - offset < BYTES) {
        throw new ShortBufferException("the secret has 32 bytes");
      }
      byte[] result = engineGenerateSecret();
      System.arraycopy(result, 0, target, offset, BYTES);
      Arrays.fill(result, (byte) 0);
      return BYTES;
    }

    @Override
    protected SecretKey engineGenerateSecret(String algorithm) {
      byte[] result = engineGenerateSecret();
      try {
        return new SecretKeySpec(result, algorithm);
      } finally {
        Arrays.fill(result, (byte) 0);
      }
    }
  }
}
