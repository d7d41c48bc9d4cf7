# What ./keymoor and ./check share: finding a JDK and the Debian packages. Sourced, POSIX sh; home is set.
# shellcheck shell=sh

# shellcheck source=packaging/bin/kms-flags
. "$home/packaging/bin/kms-flags"

say() { printf '%s\n' "$*" >&2; }

# Sets java_major to the feature release of the JDK in $1, 0 when there is none.
read_java_major() {
  java_major=0
  [ -x "$1/bin/javac" ] && [ -r "$1/release" ] || return 0
  while IFS= read -r release_line; do
    case $release_line in
      JAVA_VERSION=*)
        java_major=${release_line#JAVA_VERSION=\"}
        java_major=${java_major%%[!0-9]*}
        java_major=${java_major:-0}
        ;;
    esac
  done <"$1/release"
}

# Sets and exports JAVA_HOME to a JDK 25 or newer, or says what to install and exits with 1.
find_jdk() {
  jdk_found=''
  for jdk_home in "${JAVA_HOME:-}" /usr/lib/jvm/*; do
    [ -n "$jdk_home" ] || continue
    read_java_major "$jdk_home"
    if [ "$java_major" -ge 25 ]; then
      JAVA_HOME=$jdk_home
      export JAVA_HOME
      return 0
    fi
    [ "$java_major" -eq 0 ] || jdk_found="$jdk_found $java_major"
  done
  if jdk_command=$(command -v javac); then
    jdk_home=$(dirname "$(dirname "$(readlink -f "$jdk_command")")")
    read_java_major "$jdk_home"
    if [ "$java_major" -ge 25 ]; then
      JAVA_HOME=$jdk_home
      export JAVA_HOME
      return 0
    fi
  fi
  say_which_jdk_to_install
  exit 1
}

say_which_jdk_to_install() {
  if [ -n "$jdk_found" ]; then
    say "Keymoor needs a JDK 25 or newer; this machine has only:$jdk_found."
  else
    say "Keymoor needs a JDK 25 or newer; none was found in JAVA_HOME, /usr/lib/jvm or PATH."
  fi
  for jdk_package in temurin-25-jdk openjdk-25-jdk-headless; do
    if apt-cache show "$jdk_package" >/dev/null 2>&1; then
      say "Install it with:  apt-get install $jdk_package"
      return 0
    fi
  done
  say "Debian 12 itself offers 17 only. Either add the repository of Eclipse Temurin"
  say "(https://adoptium.net/installation/linux/) and run:  apt-get install temurin-25-jdk"
  say "or unpack a JDK 25 anywhere and set JAVA_HOME to it. On newer Debian releases:"
  say "apt-get install openjdk-25-jdk-headless"
}

# Adds package $1 to missing_packages unless command $2 is there.
need_command() {
  command -v "$2" >/dev/null 2>&1 || missing_packages="$missing_packages $1"
}

# Sets missing_packages to what a host and a private libvirtd need and this machine lacks.
find_missing_packages() {
  missing_packages=''
  PATH=$PATH:/usr/sbin:/sbin
  need_command qemu-system-x86 qemu-system-x86_64
  need_command qemu-utils qemu-img
  need_command swtpm swtpm
  need_command swtpm-tools swtpm_setup
  need_command libvirt-daemon libvirtd
  need_command libvirt-clients virsh
  need_command cryptsetup-bin cryptsetup
  need_command gnutls-bin certtool
  need_command busybox-static busybox
  need_command cpio cpio
  for driver in /usr/lib/*/libvirt/connection-driver/libvirt_driver_qemu.so \
    /usr/lib/libvirt/connection-driver/libvirt_driver_qemu.so; do
    [ -e "$driver" ] && return 0
  done
  missing_packages="$missing_packages libvirt-daemon-driver-qemu"
}

# Test guests boot the kernel that apt offers; without an index of packages it offers none.
refresh_package_index() {
  [ "$(id -u)" -eq 0 ] && command -v apt-cache >/dev/null 2>&1 || return 0
  if ! apt-cache show linux-image-cloud-amd64 >/dev/null 2>&1; then
    say "Fetching the index of Debian packages ..."
    apt-get -qq update >&2 || say "It could not be fetched; without it no test guest can be made."
  fi
}

# Installs missing_packages. $1 is "ask" to ask first on a terminal. Returns 1 when they stay missing.
install_missing_packages() {
  [ -n "$missing_packages" ] || return 0
  if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null 2>&1; then
    say "These Debian packages are missing. Install them as root with:"
    say "  apt-get install --no-install-recommends$missing_packages"
    return 1
  fi
  if [ "$1" = ask ] && [ -t 0 ]; then
    printf 'Install the missing Debian packages%s? [Y/n] ' "$missing_packages" >&2
    read -r install_answer || install_answer=n
    case $install_answer in
      '' | [Yy]*) ;;
      *)
        say "Nothing was installed. The command is:"
        say "  apt-get install --no-install-recommends$missing_packages"
        return 1
        ;;
    esac
  fi
  say "Installing Debian packages:$missing_packages"
  if apt_install || { apt-get -qq update && apt_install; }; then
    return 0
  fi
  say "These packages could not be installed:$missing_packages"
  say "apt-get's last words are above; check the package sources and try again."
  return 1
}

apt_install() {
  # Word splitting is wanted: one word per package.
  # shellcheck disable=SC2086
  DEBIAN_FRONTEND=noninteractive apt-get -qq -o Dpkg::Use-Pty=0 install -y \
    --no-install-recommends $missing_packages >&2
}

# Adds to missing_packages what the tests of the KMS use beside: other people's KMIP, a token.
find_missing_kms_test_packages() {
  need_command softhsm2 softhsm2-util
  /usr/bin/python3 -c 'import kmip' >/dev/null 2>&1 || missing_packages="$missing_packages python3-pykmip"
}
