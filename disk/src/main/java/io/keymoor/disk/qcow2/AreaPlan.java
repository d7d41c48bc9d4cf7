package io.keymoor.disk.qcow2;

import io.keymoor.disk.ImageBytes;
import java.util.ArrayList;
import java.util.List;

/**
 * How an image gets a LUKS area, or gets rid of it, while its data stays where it is.
 *
 * @param patches of header, first, and refcounts
 * @param areaOffset where the LUKS area lies or lay
 * @param areaBytes its length, whole sectors
 * @param fileAfter the length of the file afterwards
 */
public record AreaPlan(List<Patch> patches, long areaOffset, long areaBytes, long fileAfter) {
  public AreaPlan {
    patches = List.copyOf(patches);
  }

  /** A new area of so many bytes after the end of the file. */
  public static AreaPlan added(ImageBytes image, Qcow2Header header, long areaBytes) {
    RefcountPlan refcounts = new RefcountPlan(image, header);
    long clusters = (areaBytes + header.clusterBytes() - 1) >>> header.clusterBits();
    long offset = refcounts.take(clusters);
    return plan(
        image,
        header,
        refcounts,
        new Area(offset, areaBytes),
        offset,
        areaBytes,
        offset + (clusters << header.clusterBits()));
  }

  /** The present area is freed, and cut off where it is the end of the file. */
  public static AreaPlan removed(ImageBytes image, Qcow2Header header) {
    RefcountPlan refcounts = new RefcountPlan(image, header);
    refcounts.free(header.cryptOffset(), header.cryptLength());
    long end = header.cryptOffset() + roomBytes(header);
    return plan(
        image,
        header,
        refcounts,
        Area.NONE,
        header.cryptOffset(),
        header.cryptLength(),
        end >= image.length() ? header.cryptOffset() : wholeClusters(image, header));
  }

  /** The present area gets another header, of {@code areaBytes} at most {@link #roomBytes}. */
  public static AreaPlan replaced(ImageBytes image, Qcow2Header header, long areaBytes) {
    return plan(
        image,
        header,
        new RefcountPlan(image, header),
        new Area(header.cryptOffset(), areaBytes),
        header.cryptOffset(),
        Math.max(areaBytes, header.cryptLength()),
        Math.max(wholeClusters(image, header), header.cryptOffset() + roomBytes(header)));
  }

  /** A file may end within a cluster, which is then written whole. */
  private static long wholeClusters(ImageBytes image, Qcow2Header header) {
    return image.length() + header.clusterBytes() - 1 & -(long) header.clusterBytes();
  }

  /** The room that the clusters of the present area offer. */
  public static long roomBytes(Qcow2Header header) {
    return header.cryptLength() + header.clusterBytes() - 1 & -(long) header.clusterBytes();
  }

  /** What the header shall say. */
  private record Area(long offset, long length) {
    static final Area NONE = new Area(0, 0);
  }

  private static AreaPlan plan(
      ImageBytes image,
      Qcow2Header header,
      RefcountPlan refcounts,
      Area area,
      long offset,
      long bytes,
      long fileAfter) {
    List<Patch> patches = new ArrayList<>();
    patches.add(
        new HeaderRewrite(image, header)
            .to(area.offset(), area.length(), refcounts.tableOffset(), refcounts.tableClusters()));
    patches.addAll(refcounts.patches());
    return new AreaPlan(patches, offset, bytes, fileAfter);
  }
}
