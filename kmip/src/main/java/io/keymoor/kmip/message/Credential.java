package io.keymoor.kmip.message;

import io.keymoor.kmip.codec.ByteString;
import io.keymoor.kmip.codec.Decoder;
import io.keymoor.kmip.codec.Encoder;
import io.keymoor.kmip.codec.Fields;
import io.keymoor.kmip.codec.Structure;
import io.keymoor.kmip.codec.Types;
import io.keymoor.kmip.vocabulary.AttestationType;
import io.keymoor.kmip.vocabulary.CredentialType;
import io.keymoor.kmip.vocabulary.HashingAlgorithm;
import io.keymoor.kmip.vocabulary.Tag;
import io.keymoor.kmip.vocabulary.TicketType;
import io.keymoor.secret.SecretBytes;
import io.keymoor.ttlv.Ttlv;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Who a client is, beside its certificate (KMIP 2.1 section 9.11). */
public sealed interface Credential {
  /** Which kind it is. */
  CredentialType type();

  /** A user and a password; UTF-8. */
  record UsernameAndPassword(String username, Optional<SecretBytes> password)
      implements Credential {
    static final Structure<UsernameAndPassword> TYPE =
        new Structure<>(fields ->
            new UsernameAndPassword(
                fields.required(Tag.USERNAME, Types.TEXT, UsernameAndPassword::username),
                fields.optional(Tag.PASSWORD, Types.SECRET_TEXT, UsernameAndPassword::password)));

    @Override
    public CredentialType type() {
      return CredentialType.USERNAME_AND_PASSWORD;
    }
  }

  /** A device. */
  record Device(
      Optional<String> serialNumber,
      Optional<SecretBytes> password,
      Optional<String> deviceIdentifier,
      Optional<String> networkIdentifier,
      Optional<String> machineIdentifier,
      Optional<String> mediaIdentifier)
      implements Credential {
    static final Structure<Device> TYPE =
        new Structure<>(fields ->
            new Device(
                fields.optional(Tag.DEVICE_SERIAL_NUMBER, Types.TEXT, Device::serialNumber),
                fields.optional(Tag.PASSWORD, Types.SECRET_TEXT, Device::password),
                fields.optional(Tag.DEVICE_IDENTIFIER, Types.TEXT, Device::deviceIdentifier),
                fields.optional(Tag.NETWORK_IDENTIFIER, Types.TEXT, Device::networkIdentifier),
                fields.optional(Tag.MACHINE_IDENTIFIER, Types.TEXT, Device::machineIdentifier),
                fields.optional(Tag.MEDIA_IDENTIFIER, Types.TEXT, Device::mediaIdentifier)));

    @Override
    public CredentialType type() {
      return CredentialType.DEVICE;
    }
  }

  /** A statement about the client's platform. */
  record Attestation(
      Nonce nonce,
      AttestationType attestationType,
      Optional<ByteString> measurement,
      Optional<ByteString> assertion)
      implements Credential {
    static final Structure<Attestation> TYPE =
        new Structure<>(fields ->
            new Attestation(
                fields.required(Tag.NONCE, Nonce.TYPE, Attestation::nonce),
                fields.required(
                    Tag.ATTESTATION_TYPE, AttestationType.KIND, Attestation::attestationType),
                fields.optional(Tag.ATTESTATION_MEASUREMENT, Types.BYTES, Attestation::measurement),
                fields.optional(Tag.ATTESTATION_ASSERTION, Types.BYTES, Attestation::assertion)));

    @Override
    public CredentialType type() {
      return CredentialType.ATTESTATION;
    }
  }

  /** A user with a password for one use. */
  record OneTimePassword(String username, Optional<SecretBytes> password, SecretBytes oneTime)
      implements Credential {
    static final Structure<OneTimePassword> TYPE =
        new Structure<>(fields ->
            new OneTimePassword(
                fields.required(Tag.USERNAME, Types.TEXT, OneTimePassword::username),
                fields.optional(Tag.PASSWORD, Types.SECRET_TEXT, OneTimePassword::password),
                fields.required(
                    Tag.ONE_TIME_PASSWORD, Types.SECRET_TEXT, OneTimePassword::oneTime)));

    @Override
    public CredentialType type() {
      return CredentialType.ONE_TIME_PASSWORD;
    }
  }

  /** A user with a digest over time and password. */
  record HashedPassword(
      String username, Instant time, Optional<HashingAlgorithm> algorithm, ByteString digest)
      implements Credential {
    static final Structure<HashedPassword> TYPE =
        new Structure<>(fields ->
            new HashedPassword(
                fields.required(Tag.USERNAME, Types.TEXT, HashedPassword::username),
                fields.required(Tag.TIME_STAMP, Types.DATE_TIME_EXTENDED, HashedPassword::time),
                fields.optional(
                    Tag.HASHING_ALGORITHM, HashingAlgorithm.KIND, HashedPassword::algorithm),
                fields.required(Tag.HASHED_PASSWORD, Types.BYTES, HashedPassword::digest)));

    @Override
    public CredentialType type() {
      return CredentialType.HASHED_PASSWORD;
    }
  }

  /** A ticket that Login gave out. */
  record Ticket(TicketType ticketType, SecretBytes value) implements Credential {
    private static final Structure<Ticket> INNER =
        new Structure<>(fields ->
            new Ticket(
                fields.required(Tag.TICKET_TYPE, TicketType.KIND, Ticket::ticketType),
                fields.required(Tag.TICKET_VALUE, Types.SECRET, Ticket::value)));
    static final Structure<Ticket> TYPE =
        new Structure<>(fields -> fields.required(Tag.TICKET, INNER, ticket -> ticket));

    @Override
    public CredentialType type() {
      return CredentialType.TICKET;
    }
  }

  /** A kind this library doesn't know. */
  record Other(CredentialType type, Ttlv value) implements Credential {}

  /** The field Authentication: a structure of credentials. */
  Fields.Choice<List<Credential>> AUTHENTICATION =
      new Fields.Choice<>() {
        @Override
        public List<Credential> read(Decoder in) {
          if (in.tag() != Tag.AUTHENTICATION) {
            return List.of();
          }
          in.reader().enter();
          List<Credential> credentials = new ArrayList<>();
          do {
            in.require(Tag.CREDENTIAL);
            credentials.add(Credential.readOne(in));
          } while (in.tag() == Tag.CREDENTIAL);
          in.end();
          return List.copyOf(credentials);
        }

        @Override
        public void write(Encoder out, List<Credential> credentials) {
          if (credentials.isEmpty()) {
            return;
          }
          out.writer().start(Tag.AUTHENTICATION);
          for (Credential credential : credentials) {
            out.writer().start(Tag.CREDENTIAL);
            CredentialType.KIND.write(out, Tag.CREDENTIAL_TYPE, credential.type());
            writeValue(out, credential);
            out.writer().end();
          }
          out.writer().end();
        }
      };

  private static Credential readOne(Decoder in) {
    in.reader().enter();
    in.require(Tag.CREDENTIAL_TYPE);
    CredentialType type = CredentialType.KIND.read(in);
    in.require(Tag.CREDENTIAL_VALUE);
    Credential credential =
        switch (type.value()) {
          case 1 -> UsernameAndPassword.TYPE.read(in);
          case 2 -> Device.TYPE.read(in);
          case 3 -> Attestation.TYPE.read(in);
          case 4 -> OneTimePassword.TYPE.read(in);
          case 5 -> HashedPassword.TYPE.read(in);
          case 6 -> Ticket.TYPE.read(in);
          default -> new Other(type, Types.ANY.read(in));
        };
    in.end();
    return credential;
  }

  private static void writeValue(Encoder out, Credential credential) {
    switch (credential) {
      case UsernameAndPassword it -> UsernameAndPassword.TYPE.write(out, Tag.CREDENTIAL_VALUE, it);
      case Device it -> Device.TYPE.write(out, Tag.CREDENTIAL_VALUE, it);
      case Attestation it -> Attestation.TYPE.write(out, Tag.CREDENTIAL_VALUE, it);
      case OneTimePassword it -> OneTimePassword.TYPE.write(out, Tag.CREDENTIAL_VALUE, it);
      case HashedPassword it -> HashedPassword.TYPE.write(out, Tag.CREDENTIAL_VALUE, it);
      case Ticket it -> Ticket.TYPE.write(out, Tag.CREDENTIAL_VALUE, it);
      case Other it -> Types.ANY.write(out, Tag.CREDENTIAL_VALUE, it.value());
    }
  }
}
