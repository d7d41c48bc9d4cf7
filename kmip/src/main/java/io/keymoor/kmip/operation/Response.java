package io.keymoor.kmip.operation;

/** An answer's payload. */
public sealed interface Response
    permits DiscoverVersions.Result, Query.Result, Create.Result, CreateKeyPair.Result, Register.Result, Get.Result, GetAttributes.Result, GetAttributeList.Result, AddAttribute.Result, ModifyAttribute.Result, DeleteAttribute.Result, SetAttribute.Result, AdjustAttribute.Result, Locate.Result, Check.Result, Activate.Result, Revoke.Result, Destroy.Result, Archive.Result, Recover.Result, ReKey.Result, ReKeyKeyPair.Result, ObtainLease.Result, GetUsageAllocation.Result, Encrypt.Result, Decrypt.Result, Sign.Result, SignatureVerify.Result, Mac.Result, MacVerify.Result, Hash.Result, RngRetrieve.Result, RngSeed.Result, DeriveKey.Result, Import.Result, Export.Result, Interop.Result, Log.Result, Ping.Result, Cancel.Result, OtherResponse {}
