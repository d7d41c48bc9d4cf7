package io.keymoor.hypervisor.lab;

import io.keymoor.hypervisor.HypervisorException.ProgramFailed;
import io.keymoor.hypervisor.process.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A kernel of the distribution with its modules, unpacked from its package and never installed.
 *
 * @param directory the unpacked package
 * @param release such as "6.1.0-53-cloud-amd64"
 */
record GuestKernel(Path directory, String release) {
  private static final Duration DOWNLOAD_PATIENCE = Duration.ofMinutes(10);
  private static final String PREFIX = "linux-image-";
  private static final Pattern PACKAGE = Pattern.compile("linux-image-([0-9][^ ]*-cloud-amd64)");

  Path file() {
    return directory.resolve("boot/vmlinuz-" + release);
  }

  /** The module's file, wherever the package has it; newer packages have them compressed. */
  Path module(String name) throws IOException {
    try (Stream<Path> files = Files.walk(directory.resolve("lib/modules").resolve(release))) {
      return files
          .filter(file ->
              file.endsWith(Path.of(name + ".ko")) || file.endsWith(Path.of(name + ".ko.xz")))
          .findFirst()
          .orElseThrow(() -> new ProgramFailed("the guest's kernel", "it has no module " + name));
    }
  }

  static GuestKernel prepare(Path cache) throws IOException {
    Optional<GuestKernel> cached = inCache(cache);
    if (cached.isPresent()) {
      return cached.get();
    }
    try {
      return download(cache);
    } catch (ProgramFailed staleOrMissingIndex) {
      // A new machine has no index of packages; an old one names packages that are gone.
      Program.of("apt-get", "-qq", "update").within(DOWNLOAD_PATIENCE).output();
      return download(cache);
    }
  }

  private static GuestKernel download(Path cache) throws IOException {
    ProgramFailed last =
        new ProgramFailed(
            "apt-cache", "it knows no package linux-image-…-cloud-amd64; try: apt-get update");
    for (String release : available()) {
      try {
        return download(cache, release);
      } catch (ProgramFailed e) {
        last = e;
      }
    }
    throw last;
  }

  static Optional<GuestKernel> inCache(Path cache) {
    if (Files.notExists(cache)) {
      return Optional.empty();
    }
    try (Stream<Path> files = Files.list(cache)) {
      return files
          .filter(directory -> PACKAGE.matcher(directory.getFileName().toString()).matches())
          .max(Comparator.naturalOrder())
          .map(directory ->
              new GuestKernel(
                  directory, directory.getFileName().toString().substring(PREFIX.length())));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Releases that apt knows: the distribution's present one, then the others, newest first. */
  static List<String> available() {
    Stream<String> present =
        Program.of("apt-cache", "depends", "linux-image-cloud-amd64")
            .run()
            .output()
            .lines()
            .map(line -> line.replace("Depends:", "").strip());
    Stream<String> others =
        Program.of("apt-cache", "search", "--names-only", "^linux-image-[0-9].*-cloud-amd64$")
            .output()
            .lines()
            .map(line -> line.split(" ", 2)[0])
            .sorted(Comparator.comparing(GuestKernel::sortable).reversed());
    return Stream.concat(present, others)
        .map(PACKAGE::matcher)
        .filter(Matcher::matches)
        .map(matcher -> matcher.group(1))
        .distinct()
        .toList();
  }

  /** Numbers padded, so that 6.1.0-9 comes before 6.1.0-53. */
  private static String sortable(String release) {
    return Pattern.compile("[0-9]+")
        .matcher(release)
        .replaceAll(
            number -> "0".repeat(Math.max(0, 8 - number.group().length())) + number.group());
  }

  private static GuestKernel download(Path cache, String release) throws IOException {
    Path work = Files.createTempDirectory(cache, "download");
    try {
      Program.of("apt-get", "-q", "-o", "APT::Sandbox::User=root", "download", PREFIX + release)
          .in(work)
          .within(DOWNLOAD_PATIENCE)
          .output();
      Path unpacked = work.resolve("unpacked");
      Path debian;
      try (Stream<Path> files = Files.list(work)) {
        debian = files.filter(file -> file.toString().endsWith(".deb")).findFirst().orElseThrow();
      }
      Program.of("dpkg-deb", "-x", debian.toString(), unpacked.toString()).output();
      Path home = cache.resolve(PREFIX + release);
      // The rename makes it complete or absent, whatever interrupts this.
      Files.move(unpacked, home, StandardCopyOption.ATOMIC_MOVE);
      return new GuestKernel(home, release);
    } finally {
      deleteTree(work);
    }
  }

  static void deleteTree(Path tree) throws IOException {
    try (Stream<Path> files = Files.walk(tree)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
