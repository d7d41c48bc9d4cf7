package io.keymoor.host.vm;

import io.keymoor.disk.DiskException;
import io.keymoor.hypervisor.HypervisorException;
import io.keymoor.provider.ProviderException;
import java.util.ArrayList;
import java.util.List;

/** Parts that are done one after the other, each for good; a failure says which were. */
final class DoneParts {
  private final List<String> done = new ArrayList<>();

  /** Does one part; what it throws is thrown with the parts that were done before. */
  void doing(String part, Runnable work) {
    try {
      work.run();
      done.add(part);
    } catch (VmException e) {
      throw partly(e.code(), e);
    } catch (DiskException e) {
      throw partly(e.code(), e);
    } catch (HypervisorException e) {
      throw partly(e.code(), e);
    } catch (ProviderException e) {
      throw partly(e.code(), e);
    }
  }

  private RuntimeException partly(String code, RuntimeException failure) {
    return done.isEmpty()
        ? failure
        : new VmException(
            code,
            failure.getMessage()
                + " Done before that, and kept: "
                + String.join(", ", done)
                + ". The same command goes on with the rest.",
            failure);
  }
}
