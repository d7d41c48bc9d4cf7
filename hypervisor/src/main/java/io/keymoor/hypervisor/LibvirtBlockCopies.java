package io.keymoor.hypervisor;

import io.keymoor.hypervisor.HypervisorException.NoSuchDomain;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.libvirt.Connect;
import org.libvirt.Domain;
import org.libvirt.Domain.BlockCopyFlags;
import org.libvirt.Domain.BlockCopyParameters;
import org.libvirt.Domain.BlockJobAbortFlags;
import org.libvirt.DomainBlockJobInfo;
import org.libvirt.LibvirtException;
import org.libvirt.TypedParameter;
import org.libvirt.TypedUlongParameter;
import org.w3c.dom.Document;

/**
 * Block copies through virDomainBlockCopy (libvirt 8.0 or newer for synchronous writes).
 *
 * @param calls the way every call takes
 */
record LibvirtBlockCopies(Calls calls) implements BlockCopies {
  /**
   * The target is made by the caller; libvirt would not keep a persistent domain's copy otherwise;
   * a write is answered when both images have it.
   */
  private static final int FLAGS =
      BlockCopyFlags.REUSE_EXT | BlockCopyFlags.TRANSIENT_JOB | BlockCopyFlags.SYNCHRONOUS_WRITES;

  @Override
  public void start(UUID id, String disk, Target to, long bytesPerSecond) {
    String xml = xml(to);
    TypedParameter[] parameters = {
      new TypedUlongParameter(BlockCopyParameters.BANDWIDTH, bytesPerSecond)
    };
    calls.makeOnce(
        "Disk " + disk + " of VM " + id + " is not being copied",
        connection -> {
          Domain domain = existing(connection, id);
          domain.blockCopy(disk, xml, parameters, FLAGS);
          return domain;
        });
  }

  private static String xml(Target to) {
    Document document = Xml.parse("<disk device='disk'/>");
    new DiskElement(Objects.requireNonNull(document.getDocumentElement()))
        .putOn(to.file(), to.format(), to.luksSecret());
    return Xml.write(document);
  }

  @Override
  public Optional<Progress> progress(UUID id, String disk) {
    return calls.make(
        "How far the copy of disk " + disk + " of VM " + id + " is can't be found out",
        connection -> {
          Domain domain = existing(connection, id);
          return domain.isActive() == 1 ? progress(domain, disk) : Optional.empty();
        });
  }

  private static Optional<Progress> progress(Domain domain, String disk) throws LibvirtException {
    // The job first: one that ends in between is then seen as ended, and never as unready.
    DomainBlockJobInfo job = domain.getBlockJobInfo(disk, 0);
    return DomainDefinition.parse(domain.getXMLDesc(Libvirt.SECURE_XML))
        .mirror(disk)
        .map(mirror -> new Progress(mirror.file(), job.cur, job.end, mirror.ready()));
  }

  @Override
  public void limit(UUID id, String disk, long bytesPerSecond) {
    try {
      calls.make(
          "The copy of disk " + disk + " of VM " + id + " goes on at its former rate",
          connection -> {
            connection.limitBlockJob(id, disk, bytesPerSecond);
            return connection;
          });
    } catch (HypervisorException.Refused e) {
      // It may have ended in between.
      if (progress(id, disk).isPresent()) {
        throw e;
      }
    }
  }

  @Override
  public void pivot(UUID id, String disk) {
    end(id, disk, "Disk " + disk + " of VM " + id + " was not switched", BlockJobAbortFlags.PIVOT);
  }

  @Override
  public void abort(UUID id, String disk) {
    if (progress(id, disk).isEmpty()) {
      return;
    }
    try {
      end(id, disk, "The copy of disk " + disk + " of VM " + id + " was not ended", 0);
    } catch (HypervisorException.Refused e) {
      // It may have failed, or the domain have stopped, in between.
      if (progress(id, disk).isPresent()) {
        throw e;
      }
    }
  }

  private void end(UUID id, String disk, String what, int flags) {
    calls.makeOnce(
        what,
        connection -> {
          Domain domain = existing(connection, id);
          domain.blockJobAbort(disk, flags);
          return domain;
        });
  }

  private static Domain existing(Connect connection, UUID id) throws LibvirtException {
    return Libvirt.lookUp(() -> connection.domainLookupByUUID(id))
        .orElseThrow(() -> new NoSuchDomain(id.toString()));
  }
}
