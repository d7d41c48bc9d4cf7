package io.keymoor.disk.luks;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class Pbkdf2Test {
  @Test
  void agreesWithRfc6070() {
    assertThat(derived(HashSpec.SHA1, "password", "salt", 1, 20))
        .isEqualTo("0c60c80f961f0e71f3a9b524af6012062fe037a6");
    assertThat(derived(HashSpec.SHA1, "password", "salt", 4096, 20))
        .isEqualTo("4b007901b765489abead49d926f721d065a429c1");
    assertThat(
            derived(
                HashSpec.SHA1,
                "passwordPASSWORDpassword",
                "saltSALTsaltSALTsaltSALTsaltSALTsalt",
                4096,
                25))
        .isEqualTo("3d2eec4fe41c849b80c8d83662c0e44a8b291a964cf2f07038");
  }

  @Test
  void agreesWithRfc7914() {
    assertThat(derived(HashSpec.SHA256, "passwd", "salt", 1, 64))
        .isEqualTo(
            "55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc"
                + "49ca9cccf179b645991664b39d77ef317c71b845b1e30bd509112041d3a19783");
    assertThat(derived(HashSpec.SHA256, "Password", "NaCl", 80000, 64))
        .isEqualTo(
            "4ddcd8f60b98be21830cee5ef22701f9641a4418d04c0414aeff08876b34ab56"
                + "a1d425a1225833549adb841b51c9b3176a272bdebba1d078478f62b397f33c8d");
  }

  @Test
  void agreesWithAnIndependentImplementationOnSha512AndALastBlockCutShort() {
    assertThat(derived(HashSpec.SHA512, "password", "salt", 1000, 70))
        .isEqualTo(
            "afe6c5530785b6cc6b1c6453384731bd5ee432ee549fd42fb6695779ad8a1c5b"
                + "f59de69c48f774efc4007d5298f9033c0241d5ab69305e7b64eceeb8d834cfec"
                + "6afdec3c1c23");
  }

  private static String derived(
      HashSpec hash, String password, String salt, int iterations, int length) {
    return HexFormat.of()
        .formatHex(
            Pbkdf2.derive(
                hash, password.getBytes(US_ASCII), salt.getBytes(US_ASCII), iterations, length));
  }
}
