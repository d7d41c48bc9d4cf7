package io.keymoor.kmip.client;

import io.keymoor.kmip.operation.Activate;
import io.keymoor.kmip.operation.AddAttribute;
import io.keymoor.kmip.operation.AdjustAttribute;
import io.keymoor.kmip.operation.Archive;
import io.keymoor.kmip.operation.Cancel;
import io.keymoor.kmip.operation.Certify;
import io.keymoor.kmip.operation.Check;
import io.keymoor.kmip.operation.Create;
import io.keymoor.kmip.operation.CreateKeyPair;
import io.keymoor.kmip.operation.CreateSplitKey;
import io.keymoor.kmip.operation.Decrypt;
import io.keymoor.kmip.operation.DeleteAttribute;
import io.keymoor.kmip.operation.DeriveKey;
import io.keymoor.kmip.operation.Destroy;
import io.keymoor.kmip.operation.DiscoverVersions;
import io.keymoor.kmip.operation.Encrypt;
import io.keymoor.kmip.operation.Export;
import io.keymoor.kmip.operation.Get;
import io.keymoor.kmip.operation.GetAttributeList;
import io.keymoor.kmip.operation.GetAttributes;
import io.keymoor.kmip.operation.GetUsageAllocation;
import io.keymoor.kmip.operation.Hash;
import io.keymoor.kmip.operation.Import;
import io.keymoor.kmip.operation.Interop;
import io.keymoor.kmip.operation.JoinSplitKey;
import io.keymoor.kmip.operation.Locate;
import io.keymoor.kmip.operation.Log;
import io.keymoor.kmip.operation.Mac;
import io.keymoor.kmip.operation.MacVerify;
import io.keymoor.kmip.operation.ModifyAttribute;
import io.keymoor.kmip.operation.ObtainLease;
import io.keymoor.kmip.operation.OtherRequest;
import io.keymoor.kmip.operation.Ping;
import io.keymoor.kmip.operation.Poll;
import io.keymoor.kmip.operation.Query;
import io.keymoor.kmip.operation.ReCertify;
import io.keymoor.kmip.operation.ReKey;
import io.keymoor.kmip.operation.ReKeyKeyPair;
import io.keymoor.kmip.operation.Recover;
import io.keymoor.kmip.operation.Register;
import io.keymoor.kmip.operation.Request;
import io.keymoor.kmip.operation.Revoke;
import io.keymoor.kmip.operation.RngRetrieve;
import io.keymoor.kmip.operation.RngSeed;
import io.keymoor.kmip.operation.SetAttribute;
import io.keymoor.kmip.operation.Sign;
import io.keymoor.kmip.operation.SignatureVerify;

/** Which requests may be sent again when an answer was lost. */
final class Repeatable {
  private Repeatable() {}

  /**
   * True where sending it twice does no more than sending it once. Encrypting, signing and drawing
   * random bytes are: the lost result is simply not used. What uses up a lease or a usage limit is
   * not.
   */
  static boolean isRepeatable(Request<?> request) {
    return switch (request) {
      case DiscoverVersions _,
          Query _,
          Get _,
          GetAttributes _,
          GetAttributeList _,
          Locate _,
          Check _,
          Export _,
          Ping _,
          Hash _,
          Encrypt _,
          Decrypt _,
          Sign _,
          SignatureVerify _,
          Mac _,
          MacVerify _,
          RngRetrieve _ ->
          true;
      case Create _,
          CreateKeyPair _,
          Register _,
          AddAttribute _,
          ModifyAttribute _,
          DeleteAttribute _,
          SetAttribute _,
          AdjustAttribute _,
          Activate _,
          Revoke _,
          Destroy _,
          Archive _,
          Recover _,
          ReKey _,
          ReKeyKeyPair _,
          ObtainLease _,
          GetUsageAllocation _,
          RngSeed _,
          DeriveKey _,
          Certify _,
          ReCertify _,
          CreateSplitKey _,
          JoinSplitKey _,
          Import _,
          Interop _,
          Log _,
          Cancel _,
          Poll _,
          OtherRequest _ ->
          false;
    };
  }
}
