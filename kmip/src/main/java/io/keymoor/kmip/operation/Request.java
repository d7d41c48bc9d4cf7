package io.keymoor.kmip.operation;

import io.keymoor.kmip.vocabulary.Operation;

/**
 * A request's payload; its type says which answer belongs to it.
 *
 * @param <R> the payload of the answer
 */
public sealed interface Request<R extends Response>
    permits DiscoverVersions,
        Query,
        Create,
        CreateKeyPair,
        Register,
        Get,
        GetAttributes,
        GetAttributeList,
        AddAttribute,
        ModifyAttribute,
        DeleteAttribute,
        SetAttribute,
        AdjustAttribute,
        Locate,
        Check,
        Activate,
        Revoke,
        Destroy,
        Archive,
        Recover,
        ReKey,
        ReKeyKeyPair,
        ObtainLease,
        GetUsageAllocation,
        Encrypt,
        Decrypt,
        Sign,
        SignatureVerify,
        Mac,
        MacVerify,
        Hash,
        RngRetrieve,
        RngSeed,
        DeriveKey,
        Certify,
        ReCertify,
        CreateSplitKey,
        JoinSplitKey,
        Import,
        Export,
        Interop,
        Log,
        Ping,
        Cancel,
        Poll,
        OtherRequest {
  /** The operation asked for. */
  Operation operation();
}
