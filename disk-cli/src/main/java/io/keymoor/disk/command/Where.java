package io.keymoor.disk.command;

import io.keymoor.disk.engine.ContainerFormat;
import io.keymoor.disk.engine.ImageInspector;
import io.keymoor.disk.engine.LuksVersion;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Which image, and where the result goes: options that the converting commands share. */
final class Where {
  @Parameters(index = "0", paramLabel = "FILE", description = "The disk image.")
  private Path file = Path.of("");

  @ArgGroup(multiplicity = "1")
  private Destination destination = new Destination();

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      description =
          "raw or qcow2, of the copy. Default: qcow2 for what is qcow2 or sparse, else raw.")
  private Optional<ContainerFormat> format = Optional.empty();

  @Option(
      names = "--luks",
      paramLabel = "1|2",
      description =
          "LUKS1 opens in QEMU; LUKS2 in cryptsetup and librbd only, and raw. Default: 1, and in place"
              + " what is there.")
  private int luks;

  @Option(
      names = "--limit",
      paramLabel = "RATE",
      converter = Sizes.Converter.class,
      description = "At most so many bytes a second, such as 200M.")
  private long limit;

  @Option(
      names = "--idle",
      description = {
        "Read and write when nobody else wants the disk, where its scheduler has priorities (BFQ,",
        "mq-deadline). Others' processes come first."
      })
  private boolean idle;

  /** One of the two. */
  static final class Destination {
    @Option(
        names = "--to",
        paramLabel = "NEW",
        description = "Make a verified copy at this path; FILE stays as it is.")
    private @Nullable Path to;

    @Option(
        names = "--in-place",
        description = {
          "Convert FILE itself: raw, LUKS1, LUKS2, and qcow2 without backing file or compressed",
          "clusters. Nothing opens it meanwhile. Survives a crash at any moment; the same command",
          "again resumes, rollback undoes."
        })
    private boolean inPlace;
  }

  Path file() {
    return file;
  }

  /** Empty when FILE itself is converted. */
  Optional<Path> copy() {
    return Optional.ofNullable(destination.to);
  }

  ContainerFormat format() {
    return format.orElseGet(() ->
        luksVersion() == LuksVersion.LUKS2
            ? ContainerFormat.RAW
            : ContainerFormat.bestFor(ImageInspector.inspect(file)));
  }

  LuksVersion luksVersion() {
    return luks == 2 ? LuksVersion.LUKS2 : LuksVersion.LUKS1;
  }

  /** What is asked for, if anything is. */
  Optional<LuksVersion> luksIfSaid() {
    return luks == 0 ? Optional.empty() : Optional.of(luksVersion());
  }

  boolean luksIsKnown() {
    return luks >= 0 && luks <= 2;
  }

  long limit() {
    return limit;
  }

  /** Whether everybody else comes first at the disk. */
  boolean idle() {
    return idle;
  }

  boolean inPlace() {
    return destination.inPlace;
  }
}
