package io.keymoor.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class LinkJsonTest {
  private static final UUID ID = UUID.fromString("6f1c1f5e-6a65-4f3c-9d5b-0c7a3f1b2e4d");
  private static final UUID OTHER = UUID.fromString("0b8f1a52-7c1d-4e7e-8a34-5d9e6f7a8b9c");

  static Stream<Object> everyMessage() {
    SealedKey key = new SealedKey(new byte[80]);
    VmReport.PartReport disk =
        new VmReport.PartReport(
            "disk:vda",
            true,
            Optional.of(ID),
            Optional.of("lab"),
            Optional.of("key-1"),
            Optional.of("/vm/web01.luks-1.qcow2"),
            Optional.of("qcow2"),
            1 << 28,
            "");
    VmReport vm =
        new VmReport(
            ID,
            "web01",
            VmReport.Power.RUNNING,
            List.of(disk),
            true,
            Optional.of("locked"),
            7,
            Optional.of("{}"),
            List.of(new VmReport.Concern(VmReport.Concern.Kind.IN_CLEAR, "a layer")));
    ProviderReport provider = new ProviderReport(ID, "00ff", ProviderReport.State.READY, "");
    return Stream.of(
        new HostHello(1, ID, "0.1.0", "9.0.0", "7.2.0", Instant.EPOCH, false),
        new HelloReply(1, ID, OTHER, Instant.EPOCH, 30),
        new PollRequest(4, List.of("c1")),
        new PollReply(
            List.of(
                new HostCommand.EncryptVm("c1", ID, List.of("home"), OTHER, "k"),
                new HostCommand.DecryptVm("c2", ID, List.of()),
                new HostCommand.DeepRekeyVm(
                    "c2b", ID, OTHER, "k", new Rewrite(Rewrite.Way.LIVE, 1_000_000)),
                new HostCommand.RekeyVm("c3", ID, OTHER, "k"),
                new HostCommand.StartVm("c4", ID),
                new HostCommand.StopVm("c5", ID, true),
                new HostCommand.UnlockVm("c6", ID, false),
                new HostCommand.AddVtpm("c7", ID, OTHER, "k"),
                new HostCommand.RemoveVtpm("c8", ID)),
            Optional.of(
                new DesiredState(
                    9,
                    List.of(
                        new ProviderAssignment(
                            ID, "lab", List.of("old"), "native", false, "00ff", Optional.of(key)),
                        new ProviderAssignment(
                            OTHER, "tpm", List.of(), "native", true, "11", Optional.empty())))),
            Optional.of(
                new KeyUpdate(
                    12,
                    true,
                    List.of(new KeyNames(ID, List.of("gone"))),
                    List.of(
                        new SealedKeys(
                            ID, List.of("k1", "k2"), new SealedBytes(new byte[48 + 64]))),
                    List.of(new MissingKeys(OTHER, "KMS node a: refused.", List.of("k3")))))),
        new PollRequest(
            4,
            List.of(),
            new HeldKeys(
                3, "00", "11", Optional.of(List.of(new KeyNames(ID, List.of("k1", "k2")))))),
        new CommandProgress("c1", "encrypting vda", 5, 10, "bytes"),
        new ProgressReply(true, false),
        new CommandOutcome.Failed("c1", "vm_running", "It runs.", Optional.empty()),
        new CommandOutcome.Succeeded("c1", "Done.", List.of("w"), Optional.of(vm)),
        new CommandOutcome.Cancelled("c1", "As before.", Optional.empty()),
        new Acknowledgement(),
        new ReportReply(Optional.of(new HostKek(ID, "k"))),
        new HostReport(
            9,
            HostReport.EncryptionMode.SAFE,
            "",
            Optional.of(ID),
            Optional.of("hk"),
            "ok",
            List.of(provider),
            List.of(vm)),
        new EnrolmentRequest("h1", "csr", "pub"),
        new EnrolmentGrant(ID, OTHER, "https://127.0.0.1:1", "ca", "cert"));
  }

  @ParameterizedTest
  @MethodSource("everyMessage")
  void everyMessageSurvivesTheRoundTrip(Object message) {
    Class<?> declared =
        message instanceof CommandOutcome ? CommandOutcome.class : message.getClass();
    assertThat((Object) LinkJson.read(LinkJson.write(message), declared)).isEqualTo(message);
  }

  @Test
  void theWireFormIsSnakeCaseWithTheCommandNamed() {
    assertThat(new String(LinkJson.write(new HostCommand.StopVm("c5", ID, true)), UTF_8))
        .isEqualTo(
            "{\"command\":\"stop-vm\",\"id\":\"c5\","
                + "\"vm\":\"6f1c1f5e-6a65-4f3c-9d5b-0c7a3f1b2e4d\",\"force\":true}");
  }

  @Test
  void fieldsOfANewerPeerAreIgnored() {
    assertThat(
            LinkJson.read(json("{'cancel':true,'pause':false,'later':[1,2]}"), ProgressReply.class))
        .isEqualTo(new ProgressReply(true, false));
  }

  @Test
  void theProgressOfAnAgentThatCantPauseIsUnderstood() {
    assertThat(
            LinkJson.read(
                    json("{'id':'a','phase':'b','done':0,'total':1,'unit':'bytes'}"),
                    CommandProgress.class)
                .pace())
        .isEqualTo(CommandProgress.Pace.OPEN);
  }

  @ParameterizedTest
  @MethodSource("malformed")
  void whatIsNotTheMessageIsRefusedWithoutRepeatingIt(String text) {
    assertThatThrownBy(() -> LinkJson.read(json(text), CommandProgress.class))
        .isInstanceOf(MalformedMessage.class)
        .hasMessageContaining("not a CommandProgress")
        .hasMessageNotContaining("s3cret");
  }

  static Stream<String> malformed() {
    return Stream.of(
        "",
        "null",
        "[]",
        "{'id':'s3cret'}",
        "{'id':'s3cret','phase':'b','total':1,'unit':'bytes'}",
        "{'id':'s3cret','phase':'b','done':0,'total':1}",
        "{'id':'a','phase':null,'done':0,'total':1,'unit':'bytes'}",
        "{'id':'a','phase':'s3cret','done':'s3cret','total':1,'unit':'bytes'}",
        "{'id':'a','phase':'b','done':0,'total':1,'unit':'bytes'} s3cret",
        "[".repeat(100));
  }

  @Test
  void anUnknownCommandIsRefused() {
    assertThatThrownBy(() -> LinkJson.read(json("{'command':'format'}"), HostCommand.class))
        .isInstanceOf(MalformedMessage.class);
  }

  @Test
  void aSealedKeyOfImpossibleSizeIsRefused() {
    assertThatThrownBy(() -> new SealedKey(new byte[48])).hasMessageContaining("48");
    assertThatThrownBy(() -> LinkJson.read(json("'AAAA'"), SealedKey.class))
        .isInstanceOf(MalformedMessage.class);
  }

  @Test
  void sealedKeysShowTheirLengthOnlyAndKeepTheirBytes() {
    byte[] bytes = new byte[64];
    SealedKey key = new SealedKey(bytes);
    Arrays.fill(bytes, (byte) 1);
    assertThat(key.bytes()).containsOnly(0);
    assertThat(key).hasToString("SealedKey[64 bytes]");
  }

  @FuzzTest(maxDuration = "30s")
  void noBytesFromThePeerCauseAnythingButARefusal(byte[] bytes) {
    for (Class<?> type :
        List.of(PollReply.class, HostReport.class, CommandOutcome.class, HostHello.class)) {
      try {
        LinkJson.read(bytes, type);
      } catch (MalformedMessage expected) {
        assertThat(expected).hasMessageContaining("ignored");
      }
    }
  }

  private static byte[] json(String text) {
    return text.replace('\'', '"').getBytes(UTF_8);
  }
}
