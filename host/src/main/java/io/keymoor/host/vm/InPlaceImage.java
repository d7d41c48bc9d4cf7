package io.keymoor.host.vm;

import io.keymoor.disk.engine.CancelToken;
import io.keymoor.disk.engine.ProgressListener;
import io.keymoor.disk.engine.SourceFormat;
import io.keymoor.disk.inplace.InPlaceEngine.Standing;
import io.keymoor.disk.inplace.InPlaceRequest;
import io.keymoor.disk.inplace.InPlaceResult;
import io.keymoor.host.command.CommandControl;
import io.keymoor.host.operation.Operation;
import io.keymoor.host.operation.Operation.DiskSwitch;
import io.keymoor.host.operation.Step;
import io.keymoor.host.operation.Steps;
import io.keymoor.provider.record.KeyEntry;
import io.keymoor.provider.record.KeyRecord;
import io.keymoor.provider.record.PartKeys;
import io.keymoor.provider.record.RecordKeys;
import io.keymoor.secret.SecretBytes;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * The image of an operation in place, with the keys that its record names. Both calls may be
 * repeated after a crash at any point of either.
 */
final class InPlaceImage {
  private final VmTools tools;
  private final Operation operation;
  private final DiskSwitch disk;
  private final String part;
  private final KeyRecord record;

  InPlaceImage(VmTools tools, Operation operation, KeyRecord record) {
    this.tools = tools;
    this.operation = operation;
    this.disk = operation.disks().getFirst();
    this.part = PartKeys.disk(disk.target());
    this.record = record;
  }

  /**
   * Makes the image what is wanted, from wherever it is; a cancel stops it half-way, and a pause
   * has it wait there.
   *
   * @return where old contents may survive
   * @throws io.keymoor.disk.DiskException.Cancelled when it was cancelled
   */
  List<String> convert(CommandControl control) {
    Steps steps = new Steps(operation.kind(), tools.trigger());
    CancelToken cancel = new CancelToken();
    ProgressListener listener =
        (done, total) -> {
          steps.reached(Step.CONVERTING);
          control.progress(verb() + " " + part + " in place", done, total, "bytes");
          control.standStill(() -> {});
          if (control.cancelled()) {
            cancel.cancel();
          }
        };
    if (control.cancelled()) {
      cancel.cancel();
    }
    control.pausable(true);
    try {
      return lastAtTheDiskWithKeys(request ->
          tools.inPlace().standing(request) == Standing.AS_WANTED
              ? List.of()
              : tools.inPlace().convert(request, listener, cancel).remains());
    } finally {
      control.pausable(false);
    }
  }

  /** Moves everything back; false where that can't be done because all had been moved. */
  boolean moveBack(CommandControl control) {
    ProgressListener listener =
        (done, total) ->
            control.progress("moving " + part + " back in place", done, total, "bytes");
    return lastAtTheDiskWithKeys(request ->
        switch (tools.inPlace().standing(request)) {
          case AS_BEFORE -> true;
          case AS_WANTED -> false;
          case UNFINISHED ->
              tools.inPlace().rollBack(request, listener, new CancelToken()).outcome()
                  == InPlaceResult.Outcome.ROLLED_BACK;
        });
  }

  private String verb() {
    if (operation.kind().oldInClear()) {
      return "encrypting";
    }
    return operation.kind().newInClear() ? "decrypting" : "rekeying";
  }

  private <T> T lastAtTheDiskWithKeys(Function<InPlaceRequest, T> work) {
    Optional<PartKeys> keys = record.part(part);
    try (PartKey present = key(keys.flatMap(PartKeys::current));
        PartKey wanted = key(keys.flatMap(PartKeys::pending))) {
      InPlaceRequest request =
          new InPlaceRequest(disk.oldPath(), format(), present.diskKey(), wanted.diskKey());
      return tools.lastAtTheDisk().run(() -> work.apply(request));
    }
  }

  private PartKey key(Optional<KeyEntry> entry) {
    if (entry.isEmpty()) {
      return PartKey.of(null);
    }
    try (SecretBytes dek = RecordKeys.unwrap(operation.vm(), part, entry.get(), tools.keys())) {
      return PartKey.of(dek);
    }
  }

  private SourceFormat format() {
    if (disk.newFormat().equals("qcow2")) {
      return SourceFormat.QCOW2;
    }
    return operation.kind().oldInClear() ? SourceFormat.PLAIN_RAW : SourceFormat.RAW;
  }
}
