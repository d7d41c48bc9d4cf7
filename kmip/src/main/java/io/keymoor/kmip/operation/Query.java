package io.keymoor.kmip.operation;

import io.keymoor.kmip.attribute.RngParameters;
import io.keymoor.kmip.codec.ProtocolVersion;
import io.keymoor.kmip.codec.Structure;
import io.keymoor.kmip.codec.Types;
import io.keymoor.kmip.vocabulary.AttestationType;
import io.keymoor.kmip.vocabulary.ClientRegistrationMethod;
import io.keymoor.kmip.vocabulary.ObjectType;
import io.keymoor.kmip.vocabulary.Operation;
import io.keymoor.kmip.vocabulary.QueryFunction;
import io.keymoor.kmip.vocabulary.Tag;
import io.keymoor.ttlv.Ttlv;
import java.util.List;
import java.util.Optional;

/** Asks what the server can do (KMIP 2.1 section 6.1.40). */
public record Query(List<QueryFunction> functions, Optional<Ttlv> objectGroups)
    implements Request<Query.Result> {
  public static final Structure<Query> TYPE =
      new Structure<>(fields ->
          new Query(
              fields.repeated(Tag.QUERY_FUNCTION, QueryFunction.KIND, Query::functions),
              fields
                  .since(ProtocolVersion.V2_1)
                  .optional(Tag.OBJECT_GROUPS, Types.ANY, Query::objectGroups)));

  public Query {
    functions = List.copyOf(functions);
  }

  @Override
  public Operation operation() {
    return Operation.QUERY;
  }

  /** What the server answers. */
  public record Result(
      List<Operation> operations,
      List<ObjectType> objectTypes,
      Optional<String> vendorIdentification,
      Optional<Ttlv> serverInformation,
      List<String> applicationNamespaces,
      List<ExtensionInformation> extensions,
      List<AttestationType> attestationTypes,
      List<RngParameters> rngs,
      List<ProfileInformation> profiles,
      List<ValidationInformation> validations,
      List<CapabilityInformation> capabilities,
      List<ClientRegistrationMethod> registrationMethods,
      Optional<Ttlv> defaults,
      Optional<ProtectionStorageMasks> protectionStorageMasks)
      implements Response {
    public static final Structure<Result> TYPE =
        new Structure<>(fields ->
            new Result(
                fields.repeated(Tag.OPERATION, Operation.KIND, Result::operations),
                fields.repeated(Tag.OBJECT_TYPE, ObjectType.KIND, Result::objectTypes),
                fields.optional(
                    Tag.VENDOR_IDENTIFICATION, Types.TEXT, Result::vendorIdentification),
                fields.optional(Tag.SERVER_INFORMATION, Types.ANY, Result::serverInformation),
                fields.repeated(
                    Tag.APPLICATION_NAMESPACE, Types.TEXT, Result::applicationNamespaces),
                fields
                    .since(ProtocolVersion.V1_1)
                    .repeated(
                        Tag.EXTENSION_INFORMATION, ExtensionInformation.TYPE, Result::extensions),
                fields
                    .since(ProtocolVersion.V1_2)
                    .repeated(Tag.ATTESTATION_TYPE, AttestationType.KIND, Result::attestationTypes),
                fields
                    .since(ProtocolVersion.V1_3)
                    .repeated(Tag.RNG_PARAMETERS, RngParameters.TYPE, Result::rngs),
                fields
                    .since(ProtocolVersion.V1_3)
                    .repeated(Tag.PROFILE_INFORMATION, ProfileInformation.TYPE, Result::profiles),
                fields
                    .since(ProtocolVersion.V1_3)
                    .repeated(
                        Tag.VALIDATION_INFORMATION,
                        ValidationInformation.TYPE,
                        Result::validations),
                fields
                    .since(ProtocolVersion.V1_3)
                    .repeated(
                        Tag.CAPABILITY_INFORMATION,
                        CapabilityInformation.TYPE,
                        Result::capabilities),
                fields
                    .since(ProtocolVersion.V1_3)
                    .repeated(
                        Tag.CLIENT_REGISTRATION_METHOD,
                        ClientRegistrationMethod.KIND,
                        Result::registrationMethods),
                fields
                    .since(ProtocolVersion.V2_0)
                    .optional(Tag.DEFAULTS_INFORMATION, Types.ANY, Result::defaults),
                fields
                    .since(ProtocolVersion.V2_0)
                    .optional(
                        Tag.PROTECTION_STORAGE_MASKS,
                        ProtectionStorageMasks.TYPE,
                        Result::protectionStorageMasks)));

    public Result {
      operations = List.copyOf(operations);
      objectTypes = List.copyOf(objectTypes);
      applicationNamespaces = List.copyOf(applicationNamespaces);
      extensions = List.copyOf(extensions);
      attestationTypes = List.copyOf(attestationTypes);
      rngs = List.copyOf(rngs);
      profiles = List.copyOf(profiles);
      validations = List.copyOf(validations);
      capabilities = List.copyOf(capabilities);
      registrationMethods = List.copyOf(registrationMethods);
    }
  }
}
