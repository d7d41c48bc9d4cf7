package io.keymoor.kmip.vocabulary;

import io.keymoor.kmip.codec.EnumKind;
import io.keymoor.kmip.codec.OpenEnum;

/** Profile Name (KMIP 2.1 section 11.41); unknown values survive. */
public final class ProfileName extends OpenEnum {
  public static final EnumKind<ProfileName> KIND =
      new EnumKind<>(Tag.PROFILE_NAME, ProfileName::new);

  public static final ProfileName BASELINE_SERVER_BASIC_V1_2 =
      KIND.known(0x01, "BaselineServerBasicKMIPV1_2");
  public static final ProfileName BASELINE_SERVER_TLS_1_2_V1_2 =
      KIND.known(0x02, "BaselineServerTLSV1_2KMIPV1_2");
  public static final ProfileName BASELINE_CLIENT_BASIC_V1_2 =
      KIND.known(0x03, "BaselineClientBasicKMIPV1_2");
  public static final ProfileName BASELINE_CLIENT_TLS_1_2_V1_2 =
      KIND.known(0x04, "BaselineClientTLSV1_2KMIPV1_2");
  public static final ProfileName COMPLETE_SERVER_BASIC_V1_2 =
      KIND.known(0x05, "CompleteServerBasicKMIPV1_2");
  public static final ProfileName COMPLETE_SERVER_TLS_1_2_V1_2 =
      KIND.known(0x06, "CompleteServerTLSV1_2KMIPV1_2");
  public static final ProfileName TAPE_LIBRARY_CLIENT_V1_0 =
      KIND.known(0x07, "TapeLibraryClientKMIPV1_0");
  public static final ProfileName TAPE_LIBRARY_CLIENT_V1_1 =
      KIND.known(0x08, "TapeLibraryClientKMIPV1_1");
  public static final ProfileName TAPE_LIBRARY_CLIENT_V1_2 =
      KIND.known(0x09, "TapeLibraryClientKMIPV1_2");
  public static final ProfileName TAPE_LIBRARY_SERVER_V1_0 =
      KIND.known(0x0a, "TapeLibraryServerKMIPV1_0");
  public static final ProfileName TAPE_LIBRARY_SERVER_V1_1 =
      KIND.known(0x0b, "TapeLibraryServerKMIPV1_1");
  public static final ProfileName TAPE_LIBRARY_SERVER_V1_2 =
      KIND.known(0x0c, "TapeLibraryServerKMIPV1_2");
  public static final ProfileName SYMMETRIC_KEY_LIFECYCLE_CLIENT_V1_0 =
      KIND.known(0x0d, "SymmetricKeyLifecycleClientKMIPV1_0");
  public static final ProfileName SYMMETRIC_KEY_LIFECYCLE_CLIENT_V1_1 =
      KIND.known(0x0e, "SymmetricKeyLifecycleClientKMIPV1_1");
  public static final ProfileName SYMMETRIC_KEY_LIFECYCLE_CLIENT_V1_2 =
      KIND.known(0x0f, "SymmetricKeyLifecycleClientKMIPV1_2");
  public static final ProfileName SYMMETRIC_KEY_LIFECYCLE_SERVER_V1_0 =
      KIND.known(0x10, "SymmetricKeyLifecycleServerKMIPV1_0");
  public static final ProfileName SYMMETRIC_KEY_LIFECYCLE_SERVER_V1_1 =
      KIND.known(0x11, "SymmetricKeyLifecycleServerKMIPV1_1");
  public static final ProfileName SYMMETRIC_KEY_LIFECYCLE_SERVER_V1_2 =
      KIND.known(0x12, "SymmetricKeyLifecycleServerKMIPV1_2");
  public static final ProfileName ASYMMETRIC_KEY_LIFECYCLE_CLIENT_V1_0 =
      KIND.known(0x13, "AsymmetricKeyLifecycleClientKMIPV1_0");
  public static final ProfileName ASYMMETRIC_KEY_LIFECYCLE_CLIENT_V1_1 =
      KIND.known(0x14, "AsymmetricKeyLifecycleClientKMIPV1_1");
  public static final ProfileName ASYMMETRIC_KEY_LIFECYCLE_CLIENT_V1_2 =
      KIND.known(0x15, "AsymmetricKeyLifecycleClientKMIPV1_2");
  public static final ProfileName ASYMMETRIC_KEY_LIFECYCLE_SERVER_V1_0 =
      KIND.known(0x16, "AsymmetricKeyLifecycleServerKMIPV1_0");
  public static final ProfileName ASYMMETRIC_KEY_LIFECYCLE_SERVER_V1_1 =
      KIND.known(0x17, "AsymmetricKeyLifecycleServerKMIPV1_1");
  public static final ProfileName ASYMMETRIC_KEY_LIFECYCLE_SERVER_V1_2 =
      KIND.known(0x18, "AsymmetricKeyLifecycleServerKMIPV1_2");
  public static final ProfileName BASIC_CRYPTOGRAPHIC_CLIENT_V1_2 =
      KIND.known(0x19, "BasicCryptographicClientKMIPV1_2");
  public static final ProfileName BASIC_CRYPTOGRAPHIC_SERVER_V1_2 =
      KIND.known(0x1a, "BasicCryptographicServerKMIPV1_2");
  public static final ProfileName ADVANCED_CRYPTOGRAPHIC_CLIENT_V1_2 =
      KIND.known(0x1b, "AdvancedCryptographicClientKMIPV1_2");
  public static final ProfileName ADVANCED_CRYPTOGRAPHIC_SERVER_V1_2 =
      KIND.known(0x1c, "AdvancedCryptographicServerKMIPV1_2");
  public static final ProfileName RNG_CRYPTOGRAPHIC_CLIENT_V1_2 =
      KIND.known(0x1d, "RNGCryptographicClientKMIPV1_2");
  public static final ProfileName RNG_CRYPTOGRAPHIC_SERVER_V1_2 =
      KIND.known(0x1e, "RNGCryptographicServerKMIPV1_2");
  public static final ProfileName BASIC_SYMMETRIC_KEY_FOUNDRY_CLIENT_V1_0 =
      KIND.known(0x1f, "BasicSymmetricKeyFoundryClientKMIPV1_0");
  public static final ProfileName INTERMEDIATE_SYMMETRIC_KEY_FOUNDRY_CLIENT_V1_0 =
      KIND.known(0x20, "IntermediateSymmetricKeyFoundryClientKMIPV1_0");
  public static final ProfileName ADVANCED_SYMMETRIC_KEY_FOUNDRY_CLIENT_V1_0 =
      KIND.known(0x21, "AdvancedSymmetricKeyFoundryClientKMIPV1_0");
  public static final ProfileName BASIC_SYMMETRIC_KEY_FOUNDRY_CLIENT_V1_1 =
      KIND.known(0x22, "BasicSymmetricKeyFoundryClientKMIPV1_1");
  public static final ProfileName INTERMEDIATE_SYMMETRIC_KEY_FOUNDRY_CLIENT_V1_1 =
      KIND.known(0x23, "IntermediateSymmetricKeyFoundryClientKMIPV1_1");
  public static final ProfileName ADVANCED_SYMMETRIC_KEY_FOUNDRY_CLIENT_V1_1 =
      KIND.known(0x24, "AdvancedSymmetricKeyFoundryClientKMIPV1_1");
  public static final ProfileName BASIC_SYMMETRIC_KEY_FOUNDRY_CLIENT_V1_2 =
      KIND.known(0x25, "BasicSymmetricKeyFoundryClientKMIPV1_2");
  public static final ProfileName INTERMEDIATE_SYMMETRIC_KEY_FOUNDRY_CLIENT_V1_2 =
      KIND.known(0x26, "IntermediateSymmetricKeyFoundryClientKMIPV1_2");
  public static final ProfileName ADVANCED_SYMMETRIC_KEY_FOUNDRY_CLIENT_V1_2 =
      KIND.known(0x27, "AdvancedSymmetricKeyFoundryClientKMIPV1_2");
  public static final ProfileName SYMMETRIC_KEY_FOUNDRY_SERVER_V1_0 =
      KIND.known(0x28, "SymmetricKeyFoundryServerKMIPV1_0");
  public static final ProfileName SYMMETRIC_KEY_FOUNDRY_SERVER_V1_1 =
      KIND.known(0x29, "SymmetricKeyFoundryServerKMIPV1_1");
  public static final ProfileName SYMMETRIC_KEY_FOUNDRY_SERVER_V1_2 =
      KIND.known(0x2a, "SymmetricKeyFoundryServerKMIPV1_2");
  public static final ProfileName OPAQUE_MANAGED_OBJECT_STORE_CLIENT_V1_0 =
      KIND.known(0x2b, "OpaqueManagedObjectStoreClientKMIPV1_0");
  public static final ProfileName OPAQUE_MANAGED_OBJECT_STORE_CLIENT_V1_1 =
      KIND.known(0x2c, "OpaqueManagedObjectStoreClientKMIPV1_1");
  public static final ProfileName OPAQUE_MANAGED_OBJECT_STORE_CLIENT_V1_2 =
      KIND.known(0x2d, "OpaqueManagedObjectStoreClientKMIPV1_2");
  public static final ProfileName OPAQUE_MANAGED_OBJECT_STORE_SERVER_V1_0 =
      KIND.known(0x2e, "OpaqueManagedObjectStoreServerKMIPV1_0");
  public static final ProfileName OPAQUE_MANAGED_OBJECT_STORE_SERVER_V1_1 =
      KIND.known(0x2f, "OpaqueManagedObjectStoreServerKMIPV1_1");
  public static final ProfileName OPAQUE_MANAGED_OBJECT_STORE_SERVER_V1_2 =
      KIND.known(0x30, "OpaqueManagedObjectStoreServerKMIPV1_2");
  public static final ProfileName SUITE_B_MINLOS_128_CLIENT_V1_0 =
      KIND.known(0x31, "SuiteBMinLOS_128ClientKMIPV1_0");
  public static final ProfileName SUITE_B_MINLOS_128_CLIENT_V1_1 =
      KIND.known(0x32, "SuiteBMinLOS_128ClientKMIPV1_1");
  public static final ProfileName SUITE_B_MINLOS_128_CLIENT_V1_2 =
      KIND.known(0x33, "SuiteBMinLOS_128ClientKMIPV1_2");
  public static final ProfileName SUITE_B_MINLOS_128_SERVER_V1_0 =
      KIND.known(0x34, "SuiteBMinLOS_128ServerKMIPV1_0");
  public static final ProfileName SUITE_B_MINLOS_128_SERVER_V1_1 =
      KIND.known(0x35, "SuiteBMinLOS_128ServerKMIPV1_1");
  public static final ProfileName SUITE_B_MINLOS_128_SERVER_V1_2 =
      KIND.known(0x36, "SuiteBMinLOS_128ServerKMIPV1_2");
  public static final ProfileName SUITE_B_MINLOS_192_CLIENT_V1_0 =
      KIND.known(0x37, "SuiteBMinLOS_192ClientKMIPV1_0");
  public static final ProfileName SUITE_B_MINLOS_192_CLIENT_V1_1 =
      KIND.known(0x38, "SuiteBMinLOS_192ClientKMIPV1_1");
  public static final ProfileName SUITE_B_MINLOS_192_CLIENT_V1_2 =
      KIND.known(0x39, "SuiteBMinLOS_192ClientKMIPV1_2");
  public static final ProfileName SUITE_B_MINLOS_192_SERVER_V1_0 =
      KIND.known(0x3a, "SuiteBMinLOS_192ServerKMIPV1_0");
  public static final ProfileName SUITE_B_MINLOS_192_SERVER_V1_1 =
      KIND.known(0x3b, "SuiteBMinLOS_192ServerKMIPV1_1");
  public static final ProfileName SUITE_B_MINLOS_192_SERVER_V1_2 =
      KIND.known(0x3c, "SuiteBMinLOS_192ServerKMIPV1_2");
  public static final ProfileName STORAGE_ARRAY_WITH_SELF_ENCRYPTING_DRIVE_CLIENT_V1_0 =
      KIND.known(0x3d, "StorageArrayWithSelfEncryptingDriveClientKMIPV1_0");
  public static final ProfileName STORAGE_ARRAY_WITH_SELF_ENCRYPTING_DRIVE_CLIENT_V1_1 =
      KIND.known(0x3e, "StorageArrayWithSelfEncryptingDriveClientKMIPV1_1");
  public static final ProfileName STORAGE_ARRAY_WITH_SELF_ENCRYPTING_DRIVE_CLIENT_V1_2 =
      KIND.known(0x3f, "StorageArrayWithSelfEncryptingDriveClientKMIPV1_2");
  public static final ProfileName STORAGE_ARRAY_WITH_SELF_ENCRYPTING_DRIVE_SERVER_V1_0 =
      KIND.known(0x40, "StorageArrayWithSelfEncryptingDriveServerKMIPV1_0");
  public static final ProfileName STORAGE_ARRAY_WITH_SELF_ENCRYPTING_DRIVE_SERVER_V1_1 =
      KIND.known(0x41, "StorageArrayWithSelfEncryptingDriveServerKMIPV1_1");
  public static final ProfileName STORAGE_ARRAY_WITH_SELF_ENCRYPTING_DRIVE_SERVER_V1_2 =
      KIND.known(0x42, "StorageArrayWithSelfEncryptingDriveServerKMIPV1_2");
  public static final ProfileName HTTPS_CLIENT_V1_0 = KIND.known(0x43, "HTTPSClientKMIPV1_0");
  public static final ProfileName HTTPS_CLIENT_V1_1 = KIND.known(0x44, "HTTPSClientKMIPV1_1");
  public static final ProfileName HTTPS_CLIENT_V1_2 = KIND.known(0x45, "HTTPSClientKMIPV1_2");
  public static final ProfileName HTTPS_SERVER_V1_0 = KIND.known(0x46, "HTTPSServerKMIPV1_0");
  public static final ProfileName HTTPS_SERVER_V1_1 = KIND.known(0x47, "HTTPSServerKMIPV1_1");
  public static final ProfileName HTTPS_SERVER_V1_2 = KIND.known(0x48, "HTTPSServerKMIPV1_2");
  public static final ProfileName JSON_CLIENT_V1_0 = KIND.known(0x49, "JSONClientKMIPV1_0");
  public static final ProfileName JSON_CLIENT_V1_1 = KIND.known(0x4a, "JSONClientKMIPV1_1");
  public static final ProfileName JSON_CLIENT_V1_2 = KIND.known(0x4b, "JSONClientKMIPV1_2");
  public static final ProfileName JSON_SERVER_V1_0 = KIND.known(0x4c, "JSONServerKMIPV1_0");
  public static final ProfileName JSON_SERVER_V1_1 = KIND.known(0x4d, "JSONServerKMIPV1_1");
  public static final ProfileName JSON_SERVER_V1_2 = KIND.known(0x4e, "JSONServerKMIPV1_2");
  public static final ProfileName XML_CLIENT_V1_0 = KIND.known(0x4f, "XMLClientKMIPV1_0");
  public static final ProfileName XML_CLIENT_V1_1 = KIND.known(0x50, "XMLClientKMIPV1_1");
  public static final ProfileName XML_CLIENT_V1_2 = KIND.known(0x51, "XMLClientKMIPV1_2");
  public static final ProfileName XML_SERVER_V1_0 = KIND.known(0x52, "XMLServerKMIPV1_0");
  public static final ProfileName XML_SERVER_V1_1 = KIND.known(0x53, "XMLServerKMIPV1_1");
  public static final ProfileName XML_SERVER_V1_2 = KIND.known(0x54, "XMLServerKMIPV1_2");
  public static final ProfileName BASELINE_SERVER_BASIC_V1_3 =
      KIND.known(0x55, "BaselineServerBasicKMIPV1_3");
  public static final ProfileName BASELINE_SERVER_TLS_1_2_V1_3 =
      KIND.known(0x56, "BaselineServerTLSV1_2KMIPV1_3");
  public static final ProfileName BASELINE_CLIENT_BASIC_V1_3 =
      KIND.known(0x57, "BaselineClientBasicKMIPV1_3");
  public static final ProfileName BASELINE_CLIENT_TLS_1_2_V1_3 =
      KIND.known(0x58, "BaselineClientTLSV1_2KMIPV1_3");
  public static final ProfileName COMPLETE_SERVER_BASIC_V1_3 =
      KIND.known(0x59, "CompleteServerBasicKMIPV1_3");
  public static final ProfileName COMPLETE_SERVER_TLS_1_2_V1_3 =
      KIND.known(0x5a, "CompleteServerTLSV1_2KMIPV1_3");
  public static final ProfileName TAPE_LIBRARY_CLIENT_V1_3 =
      KIND.known(0x5b, "TapeLibraryClientKMIPV1_3");
  public static final ProfileName TAPE_LIBRARY_SERVER_V1_3 =
      KIND.known(0x5c, "TapeLibraryServerKMIPV1_3");
  public static final ProfileName SYMMETRIC_KEY_LIFECYCLE_CLIENT_V1_3 =
      KIND.known(0x5d, "SymmetricKeyLifecycleClientKMIPV1_3");
  public static final ProfileName SYMMETRIC_KEY_LIFECYCLE_SERVER_V1_3 =
      KIND.known(0x5e, "SymmetricKeyLifecycleServerKMIPV1_3");
  public static final ProfileName ASYMMETRIC_KEY_LIFECYCLE_CLIENT_V1_3 =
      KIND.known(0x5f, "AsymmetricKeyLifecycleClientKMIPV1_3");
  public static final ProfileName ASYMMETRIC_KEY_LIFECYCLE_SERVER_V1_3 =
      KIND.known(0x60, "AsymmetricKeyLifecycleServerKMIPV1_3");
  public static final ProfileName BASIC_CRYPTOGRAPHIC_CLIENT_V1_3 =
      KIND.known(0x61, "BasicCryptographicClientKMIPV1_3");
  public static final ProfileName BASIC_CRYPTOGRAPHIC_SERVER_V1_3 =
      KIND.known(0x62, "BasicCryptographicServerKMIPV1_3");
  public static final ProfileName ADVANCED_CRYPTOGRAPHIC_CLIENT_V1_3 =
      KIND.known(0x63, "AdvancedCryptographicClientKMIPV1_3");
  public static final ProfileName ADVANCED_CRYPTOGRAPHIC_SERVER_V1_3 =
      KIND.known(0x64, "AdvancedCryptographicServerKMIPV1_3");
  public static final ProfileName RNG_CRYPTOGRAPHIC_CLIENT_V1_3 =
      KIND.known(0x65, "RNGCryptographicClientKMIPV1_3");
  public static final ProfileName RNG_CRYPTOGRAPHIC_SERVER_V1_3 =
      KIND.known(0x66, "RNGCryptographicServerKMIPV1_3");
  public static final ProfileName BASIC_SYMMETRIC_KEY_FOUNDRY_CLIENT_V1_3 =
      KIND.known(0x67, "BasicSymmetricKeyFoundryClientKMIPV1_3");
  public static final ProfileName INTERMEDIATE_SYMMETRIC_KEY_FOUNDRY_CLIENT_V1_3 =
      KIND.known(0x68, "IntermediateSymmetricKeyFoundryClientKMIPV1_3");
  public static final ProfileName ADVANCED_SYMMETRIC_KEY_FOUNDRY_CLIENT_V1_3 =
      KIND.known(0x69, "AdvancedSymmetricKeyFoundryClientKMIPV1_3");
  public static final ProfileName SYMMETRIC_KEY_FOUNDRY_SERVER_V1_3 =
      KIND.known(0x6a, "SymmetricKeyFoundryServerKMIPV1_3");
  public static final ProfileName OPAQUE_MANAGED_OBJECT_STORE_CLIENT_V1_3 =
      KIND.known(0x6b, "OpaqueManagedObjectStoreClientKMIPV1_3");
  public static final ProfileName OPAQUE_MANAGED_OBJECT_STORE_SERVER_V1_3 =
      KIND.known(0x6c, "OpaqueManagedObjectStoreServerKMIPV1_3");
  public static final ProfileName SUITE_B_MINLOS_128_CLIENT_V1_3 =
      KIND.known(0x6d, "SuiteBMinLOS_128ClientKMIPV1_3");
  public static final ProfileName SUITE_B_MINLOS_128_SERVER_V1_3 =
      KIND.known(0x6e, "SuiteBMinLOS_128ServerKMIPV1_3");
  public static final ProfileName SUITE_B_MINLOS_192_CLIENT_V1_3 =
      KIND.known(0x6f, "SuiteBMinLOS_192ClientKMIPV1_3");
  public static final ProfileName SUITE_B_MINLOS_192_SERVER_V1_3 =
      KIND.known(0x70, "SuiteBMinLOS_192ServerKMIPV1_3");
  public static final ProfileName STORAGE_ARRAY_WITH_SELF_ENCRYPTING_DRIVE_CLIENT_V1_3 =
      KIND.known(0x71, "StorageArrayWithSelfEncryptingDriveClientKMIPV1_3");
  public static final ProfileName STORAGE_ARRAY_WITH_SELF_ENCRYPTING_DRIVE_SERVER_V1_3 =
      KIND.known(0x72, "StorageArrayWithSelfEncryptingDriveServerKMIPV1_3");
  public static final ProfileName HTTPS_CLIENT_V1_3 = KIND.known(0x73, "HTTPSClientKMIPV1_3");
  public static final ProfileName HTTPS_SERVER_V1_3 = KIND.known(0x74, "HTTPSServerKMIPV1_3");
  public static final ProfileName JSON_CLIENT_V1_3 = KIND.known(0x75, "JSONClientKMIPV1_3");
  public static final ProfileName JSON_SERVER_V1_3 = KIND.known(0x76, "JSONServerKMIPV1_3");
  public static final ProfileName XML_CLIENT_V1_3 = KIND.known(0x77, "XMLClientKMIPV1_3");
  public static final ProfileName XML_SERVER_V1_3 = KIND.known(0x78, "XMLServerKMIPV1_3");
  public static final ProfileName BASELINE_SERVER_BASIC_V1_4 =
      KIND.known(0x79, "BaselineServerBasicKMIPV1_4");
  public static final ProfileName BASELINE_SERVER_TLS_1_2_V1_4 =
      KIND.known(0x7a, "BaselineServerTLSV1_2KMIPV1_4");
  public static final ProfileName BASELINE_CLIENT_BASIC_V1_4 =
      KIND.known(0x7b, "BaselineClientBasicKMIPV1_4");
  public static final ProfileName BASELINE_CLIENT_TLS_1_2_V1_4 =
      KIND.known(0x7c, "BaselineClientTLSV1_2KMIPV1_4");
  public static final ProfileName COMPLETE_SERVER_BASIC_V1_4 =
      KIND.known(0x7d, "CompleteServerBasicKMIPV1_4");
  public static final ProfileName COMPLETE_SERVER_TLS_1_2_V1_4 =
      KIND.known(0x7e, "CompleteServerTLSV1_2KMIPV1_4");
  public static final ProfileName TAPE_LIBRARY_CLIENT_V1_4 =
      KIND.known(0x7f, "TapeLibraryClientKMIPV1_4");
  public static final ProfileName TAPE_LIBRARY_SERVER_V1_4 =
      KIND.known(0x80, "TapeLibraryServerKMIPV1_4");
  public static final ProfileName SYMMETRIC_KEY_LIFECYCLE_CLIENT_V1_4 =
      KIND.known(0x81, "SymmetricKeyLifecycleClientKMIPV1_4");
  public static final ProfileName SYMMETRIC_KEY_LIFECYCLE_SERVER_V1_4 =
      KIND.known(0x82, "SymmetricKeyLifecycleServerKMIPV1_4");
  public static final ProfileName ASYMMETRIC_KEY_LIFECYCLE_CLIENT_V1_4 =
      KIND.known(0x83, "AsymmetricKeyLifecycleClientKMIPV1_4");
  public static final ProfileName ASYMMETRIC_KEY_LIFECYCLE_SERVER_V1_4 =
      KIND.known(0x84, "AsymmetricKeyLifecycleServerKMIPV1_4");
  public static final ProfileName BASIC_CRYPTOGRAPHIC_CLIENT_V1_4 =
      KIND.known(0x85, "BasicCryptographicClientKMIPV1_4");
  public static final ProfileName BASIC_CRYPTOGRAPHIC_SERVER_V1_4 =
      KIND.known(0x86, "BasicCryptographicServerKMIPV1_4");
  public static final ProfileName ADVANCED_CRYPTOGRAPHIC_CLIENT_V1_4 =
      KIND.known(0x87, "AdvancedCryptographicClientKMIPV1_4");
  public static final ProfileName ADVANCED_CRYPTOGRAPHIC_SERVER_V1_4 =
      KIND.known(0x88, "AdvancedCryptographicServerKMIPV1_4");
  public static final ProfileName RNG_CRYPTOGRAPHIC_CLIENT_V1_4 =
      KIND.known(0x89, "RNGCryptographicClientKMIPV1_4");
  public static final ProfileName RNG_CRYPTOGRAPHIC_SERVER_V1_4 =
      KIND.known(0x8a, "RNGCryptographicServerKMIPV1_4");
  public static final ProfileName BASIC_SYMMETRIC_KEY_FOUNDRY_CLIENT_V1_4 =
      KIND.known(0x8b, "BasicSymmetricKeyFoundryClientKMIPV1_4");
  public static final ProfileName INTERMEDIATE_SYMMETRIC_KEY_FOUNDRY_CLIENT_V1_4 =
      KIND.known(0x8c, "IntermediateSymmetricKeyFoundryClientKMIPV1_4");
  public static final ProfileName ADVANCED_SYMMETRIC_KEY_FOUNDRY_CLIENT_V1_4 =
      KIND.known(0x8d, "AdvancedSymmetricKeyFoundryClientKMIPV1_4");
  public static final ProfileName SYMMETRIC_KEY_FOUNDRY_SERVER_V1_4 =
      KIND.known(0x8e, "SymmetricKeyFoundryServerKMIPV1_4");
  public static final ProfileName OPAQUE_MANAGED_OBJECT_STORE_CLIENT_V1_4 =
      KIND.known(0x8f, "OpaqueManagedObjectStoreClientKMIPV1_4");
  public static final ProfileName OPAQUE_MANAGED_OBJECT_STORE_SERVER_V1_4 =
      KIND.known(0x90, "OpaqueManagedObjectStoreServerKMIPV1_4");
  public static final ProfileName SUITE_B_MINLOS_128_CLIENT_V1_4 =
      KIND.known(0x91, "SuiteBMinLOS_128ClientKMIPV1_4");
  public static final ProfileName SUITE_B_MINLOS_128_SERVER_V1_4 =
      KIND.known(0x92, "SuiteBMinLOS_128ServerKMIPV1_4");
  public static final ProfileName SUITE_B_MINLOS_192_CLIENT_V1_4 =
      KIND.known(0x93, "SuiteBMinLOS_192ClientKMIPV1_4");
  public static final ProfileName SUITE_B_MINLOS_192_SERVER_V1_4 =
      KIND.known(0x94, "SuiteBMinLOS_192ServerKMIPV1_4");
  public static final ProfileName STORAGE_ARRAY_WITH_SELF_ENCRYPTING_DRIVE_CLIENT_V1_4 =
      KIND.known(0x95, "StorageArrayWithSelfEncryptingDriveClientKMIPV1_4");
  public static final ProfileName STORAGE_ARRAY_WITH_SELF_ENCRYPTING_DRIVE_SERVER_V1_4 =
      KIND.known(0x96, "StorageArrayWithSelfEncryptingDriveServerKMIPV1_4");
  public static final ProfileName HTTPS_CLIENT_V1_4 = KIND.known(0x97, "HTTPSClientKMIPV1_4");
  public static final ProfileName HTTPS_SERVER_V1_4 = KIND.known(0x98, "HTTPSServerKMIPV1_4");
  public static final ProfileName JSON_CLIENT_V1_4 = KIND.known(0x99, "JSONClientKMIPV1_4");
  public static final ProfileName JSON_SERVER_V1_4 = KIND.known(0x9a, "JSONServerKMIPV1_4");
  public static final ProfileName XML_CLIENT_V1_4 = KIND.known(0x9b, "XMLClientKMIPV1_4");
  public static final ProfileName XML_SERVER_V1_4 = KIND.known(0x9c, "XMLServerKMIPV1_4");
  public static final ProfileName COMPLETE_SERVER_BASIC = KIND.known(0x104, "CompleteServerBasic");
  public static final ProfileName COMPLETE_SERVER_TLS_1_2 =
      KIND.known(0x105, "CompleteServerTLSV1_2");
  public static final ProfileName TAPE_LIBRARY_CLIENT = KIND.known(0x106, "TapeLibraryClient");
  public static final ProfileName TAPE_LIBRARY_SERVER = KIND.known(0x107, "TapeLibraryServer");
  public static final ProfileName SYMMETRIC_KEY_LIFECYCLE_CLIENT =
      KIND.known(0x108, "SymmetricKeyLifecycleClient");
  public static final ProfileName SYMMETRIC_KEY_LIFECYCLE_SERVER =
      KIND.known(0x109, "SymmetricKeyLifecycleServer");
  public static final ProfileName ASYMMETRIC_KEY_LIFECYCLE_CLIENT =
      KIND.known(0x10a, "AsymmetricKeyLifecycleClient");
  public static final ProfileName ASYMMETRIC_KEY_LIFECYCLE_SERVER =
      KIND.known(0x10b, "AsymmetricKeyLifecycleServer");
  public static final ProfileName BASIC_CRYPTOGRAPHIC_CLIENT =
      KIND.known(0x10c, "BasicCryptographicClient");
  public static final ProfileName BASIC_CRYPTOGRAPHIC_SERVER =
      KIND.known(0x10d, "BasicCryptographicServer");
  public static final ProfileName ADVANCED_CRYPTOGRAPHIC_CLIENT =
      KIND.known(0x10e, "AdvancedCryptographicClient");
  public static final ProfileName ADVANCED_CRYPTOGRAPHIC_SERVER =
      KIND.known(0x10f, "AdvancedCryptographicServer");
  public static final ProfileName RNG_CRYPTOGRAPHIC_CLIENT =
      KIND.known(0x110, "RNGCryptographicClient");
  public static final ProfileName RNG_CRYPTOGRAPHIC_SERVER =
      KIND.known(0x111, "RNGCryptographicServer");
  public static final ProfileName BASIC_SYMMETRIC_KEY_FOUNDRY_CLIENT =
      KIND.known(0x112, "BasicSymmetricKeyFoundryClient");
  public static final ProfileName INTERMEDIATE_SYMMETRIC_KEY_FOUNDRY_CLIENT =
      KIND.known(0x113, "IntermediateSymmetricKeyFoundryClient");
  public static final ProfileName ADVANCED_SYMMETRIC_KEY_FOUNDRY_CLIENT =
      KIND.known(0x114, "AdvancedSymmetricKeyFoundryClient");
  public static final ProfileName SYMMETRIC_KEY_FOUNDRY_SERVER =
      KIND.known(0x115, "SymmetricKeyFoundryServer");
  public static final ProfileName OPAQUE_MANAGED_OBJECT_STORE_CLIENT =
      KIND.known(0x116, "OpaqueManagedObjectStoreClient");
  public static final ProfileName OPAQUE_MANAGED_OBJECT_STORE_SERVER =
      KIND.known(0x117, "OpaqueManagedObjectStoreServer");
  public static final ProfileName STORAGE_ARRAY_WITH_SELF_ENCRYPTING_DRIVE_CLIENT =
      KIND.known(0x11c, "StorageArrayWithSelfEncryptingDriveClient");
  public static final ProfileName STORAGE_ARRAY_WITH_SELF_ENCRYPTING_DRIVE_SERVER =
      KIND.known(0x11d, "StorageArrayWithSelfEncryptingDriveServer");
  public static final ProfileName HTTPS_CLIENT = KIND.known(0x11e, "HTTPSClient");
  public static final ProfileName HTTPS_SERVER = KIND.known(0x11f, "HTTPSServer");
  public static final ProfileName JSON_CLIENT = KIND.known(0x120, "JSONClient");
  public static final ProfileName JSON_SERVER = KIND.known(0x121, "JSONServer");
  public static final ProfileName XML_CLIENT = KIND.known(0x122, "XMLClient");
  public static final ProfileName XML_SERVER = KIND.known(0x123, "XMLServer");
  public static final ProfileName AES_XTS_CLIENT = KIND.known(0x124, "AESXTSClient");
  public static final ProfileName AES_XTS_SERVER = KIND.known(0x125, "AESXTSServer");
  public static final ProfileName QUANTUM_SAFE_CLIENT = KIND.known(0x126, "QuantumSafeClient");
  public static final ProfileName QUANTUM_SAFE_SERVER = KIND.known(0x127, "QuantumSafeServer");
  public static final ProfileName PKCS_11_CLIENT = KIND.known(0x128, "PKCS_11Client");
  public static final ProfileName PKCS_11_SERVER = KIND.known(0x129, "PKCS_11Server");
  public static final ProfileName BASELINE_CLIENT = KIND.known(0x12a, "BaselineClient");
  public static final ProfileName BASELINE_SERVER = KIND.known(0x12b, "BaselineServer");
  public static final ProfileName COMPLETE_SERVER = KIND.known(0x12c, "CompleteServer");

  private ProfileName(int value, String name) {
    super(value, name);
  }
}
