#!/usr/bin/env bash
# The disk engine beside qemu-img, cryptsetup and cp, in one run:
#   benchmarks/disk.sh DIRECTORY [PART...]
#   whole   1 GiB, whole processes and warm (the default; about two minutes)
#   large   8 GiB, copied and in place: needs 17 GiB in DIRECTORY
#   sparse  disks of 100 GiB with 1 GiB of data, qcow2 and raw: needs 4 GiB
# MIB, LARGE_MIB and SPARSE_GIB in the environment change the sizes. Needs a built tree
# (./keymoor --version), qemu-img and cryptsetup. Each line is the best of RUNS (3) runs of a whole
# process, and the processor time of that run; "warm" is the last of five rounds in one JVM.
set -euo pipefail

home=$(dirname "$(dirname "$(readlink -f "$0")")")
# shellcheck source=scripts/common.sh
. "$home/scripts/common.sh"
find_jdk
directory=${1:?a directory to work in}
shift
[ $# -gt 0 ] || set -- whole
runs=${RUNS:-3}
work=$(mktemp -d "$directory/keymoor-benchmark.XXXXXX")
trap 'rm -rf "$work"' EXIT

lib=${KEYMOOR_LIB:-$home/quickstart/target/lib}
"$JAVA_HOME/bin/javac" -cp "$lib/*" -d "$work/classes" "$home/benchmarks/DiskBenchmark.java"
"$JAVA_HOME/bin/jar" --create --file "$work/benchmark.jar" -C "$work/classes" .
# As ./keymoor starts it: a short class path, one collector, a cache of what is needed.
java=("$JAVA_HOME/bin/java" -XX:+UseSerialGC -XX:-UsePerfData -Xmx256m -Xlog:disable
  --enable-native-access=ALL-UNNAMED
  -cp "$work/benchmark.jar:$(echo "$lib"/keymoor-{secret,crypto,disk,disk-linux}-[0-9]*.jar | tr ' ' ':')")
cache=$work/benchmark.aot

key=$work/key
head -c 32 /dev/urandom | od -An -v -tx1 | tr -d ' \n' >"$key"
object="secret,id=s,format=raw,file=$key"
fresh=(--new-key-file "$key" --new-key-is-random)

engine() { "${java[@]}" -XX:AOTCache="$cache" DiskBenchmark "$@"; }
tool() { "$home/keymoor" disk "$@"; }

# best LABEL COMMAND...: the shortest of the runs and its processor time; before is run untimed.
before() { :; }
best() {
  local label=$1 shortest='' run
  local TIMEFORMAT='%R %U %S'
  shift
  for ((run_number = 0; run_number < runs; run_number++)); do
    before
    run=$({ time "$@" >/dev/null 2>"$work/errors"; } 2>&1) || {
      cat "$work/errors" >&2
      exit 1
    }
    shortest=$(printf '%s\n' "$shortest" "$run" | sed '/^$/d' | sort -n | head -1)
  done
  awk -v label="$label" '{ printf "| %-52s | %7.2f s | %7.2f s |\n", label, $1, $2 + $3 }' <<<"$shortest"
}
warm() {
  local label=$1
  shift
  printf '| %-52s | %7s s |           |\n' "$label" "$(engine "$@" | tail -1)"
}
head_line() {
  echo
  echo "$1; $(nproc) cores, load $(cut -d' ' -f1 /proc/loadavg), $(stat -f -c %T "$work") file system"
  printf '| %-52s | %-9s | %-9s |\n' what time processor
}
plain_copy() { cp --sparse=never "$1" "$2" && sync "$2"; }
qemu_copy() {
  qemu-img convert -n --object "$object" --image-opts \
    --target-image-opts "driver=luks,key-secret=s,file.filename=$1" \
    "driver=luks,key-secret=s,file.filename=$2"
}
cryptsetup_in_place() {
  cryptsetup reencrypt -q --resilience checksum --force-offline-reencrypt --pbkdf pbkdf2 \
    --pbkdf-force-iterations 1000 --key-file "$key" "$1"
}
luks2_of() {
  truncate -s "+32M" "$1"
  cryptsetup reencrypt -q --encrypt --type luks2 --reduce-device-size 32M --force-offline-reencrypt \
    --sector-size 512 --pbkdf pbkdf2 --pbkdf-force-iterations 1000 --key-file "$key" "$1"
}

rehearse() {
  head -c 64M /dev/urandom >"$work/small"
  tool encrypt "$work/small" --to "$work/small.luks" --format raw "${fresh[@]}" >/dev/null
  "${java[@]}" -XX:AOTCacheOutput="$cache" DiskBenchmark rehearse 1 RAW "$key" \
    "$work/small.luks" "$work/small.copy" >/dev/null 2>&1
  rm -f "$work"/small*
}

whole() {
  head -c "${MIB:-1024}M" /dev/urandom >"$work/plain"
  tool encrypt "$work/plain" --to "$work/luks" --format raw "${fresh[@]}" >/dev/null
  tool encrypt "$work/plain" --to "$work/qcow2" --format qcow2 "${fresh[@]}" >/dev/null
  head_line "${MIB:-1024} MiB"
  before() { rm -f "$work/copy"; }
  best 'cp (with sync)' plain_copy "$work/luks" "$work/copy"
  before() { cp "$work/luks" "$work/copy"; }
  best 'qemu-img convert -n, LUKS1 to LUKS1' qemu_copy "$work/luks" "$work/copy"
  before() { rm -f "$work/copy"; }
  best 'keymoor copy, LUKS1 to LUKS1' engine copy 1 RAW "$key" "$work/luks" "$work/copy"
  best 'keymoor copy, verified' engine verified 1 RAW "$key" "$work/luks" "$work/copy"
  best 'keymoor copy, qcow2-LUKS to qcow2-LUKS' engine copy 1 QCOW2 "$key" "$work/qcow2" "$work/copy"
  best './keymoor disk reencrypt --to (always verified)' tool reencrypt "$work/luks" \
    --key-file "$key" --to "$work/copy" --format raw "${fresh[@]}"
  warm 'keymoor copy, LUKS1 to LUKS1, warm' copy 5 RAW "$key" "$work/luks" "$work/copy"
  rm -f "$work/copy"
  before() { :; }
  best 'keymoor in place, LUKS1 to LUKS1' engine in-place 1 RAW "$key" "$work/luks"
  best 'keymoor in place, qcow2-LUKS' engine in-place 1 QCOW2 "$key" "$work/qcow2"
  best './keymoor disk reencrypt --in-place, LUKS1' tool reencrypt "$work/luks" \
    --key-file "$key" --in-place "${fresh[@]}"
  warm 'keymoor in place, LUKS1, warm' in-place 5 RAW "$key" "$work/luks"
  rm -f "$work/luks" "$work/qcow2"
  luks2_of "$work/plain"
  best 'cryptsetup reencrypt --resilience checksum' cryptsetup_in_place "$work/plain"
  rm -f "$work/plain"
}

large() {
  local mib=${LARGE_MIB:-8192}
  head -c "${mib}M" /dev/urandom >"$work/luks"
  tool encrypt "$work/luks" --in-place "${fresh[@]}" >/dev/null
  head_line "$mib MiB"
  before() { rm -f "$work/copy"; }
  best 'cp (with sync)' plain_copy "$work/luks" "$work/copy"
  best 'keymoor copy, LUKS1 to LUKS1' engine copy 1 RAW "$key" "$work/luks" "$work/copy"
  before() { [ -e "$work/copy" ] || cp "$work/luks" "$work/copy"; }
  runs=1 best 'qemu-img convert -n, LUKS1 to LUKS1' qemu_copy "$work/luks" "$work/copy"
  rm -f "$work/copy"
  before() { :; }
  best 'keymoor in place, LUKS1 to LUKS1' engine in-place 1 RAW "$key" "$work/luks"
  tool decrypt "$work/luks" --in-place --key-file "$key" >/dev/null
  luks2_of "$work/luks"
  runs=1 best 'cryptsetup reencrypt --resilience checksum' cryptsetup_in_place "$work/luks"
  rm -f "$work/luks"
}

# Islands of 16 MiB, evenly spread.
islands() {
  local gib=${SPARSE_GIB:-100} i
  truncate -s "${gib}G" "$1"
  for ((i = 0; i < 64; i++)); do
    dd if=/dev/urandom of="$1" bs=16M count=1 seek=$((i * gib)) conv=notrunc status=none
  done
}

sparse() {
  islands "$work/plain"
  tool encrypt "$work/plain" --to "$work/qcow2" --format qcow2 "${fresh[@]}" >/dev/null
  head_line "${SPARSE_GIB:-100} GiB with 1 GiB of data"
  before() { rm -f "$work/copy"; }
  best 'keymoor copy, qcow2-LUKS to qcow2-LUKS' engine copy 1 QCOW2 "$key" "$work/qcow2" "$work/copy"
  best 'keymoor in place, qcow2-LUKS' engine in-place 1 QCOW2 "$key" "$work/qcow2"
  runs=1 best 'keymoor copy, sparse raw in clear to qcow2-LUKS' tool encrypt "$work/plain" \
    --to "$work/copy" --format qcow2 "${fresh[@]}"
  rm -f "$work/plain" "$work/qcow2" "$work/copy"
  head -c 1G /dev/urandom >"$work/full"
  runs=1 best 'the same of a full disk of 1 GiB' tool encrypt "$work/full" --to "$work/copy" --format qcow2 "${fresh[@]}"
  rm -f "$work/full" "$work/copy"
}

rehearse
for part; do
  case $part in
    whole | large | sparse) "$part" ;;
    *)
      echo "There is no part \"$part\": whole, large, sparse." >&2
      exit 2
      ;;
  esac
done
