#!/usr/bin/env bash
# The disk engine beside qemu-img, cryptsetup and cp, in one run: benchmarks/disk.sh DIRECTORY [MIB]
# Needs a built tree (./keymoor --version), qemu-img, cryptsetup, and 5 times MIB free in DIRECTORY.
# Each line is the best of three runs of a whole process, and the processor time of that run; "warm"
# is the last of five rounds in one JVM.
set -euo pipefail

home=$(dirname "$(dirname "$(readlink -f "$0")")")
# shellcheck source=scripts/common.sh
. "$home/scripts/common.sh"
find_jdk
directory=${1:?a directory to work in}
mib=${2:-1024}
work=$(mktemp -d "$directory/keymoor-benchmark.XXXXXX")
trap 'rm -rf "$work"' EXIT

lib=${KEYMOOR_LIB:-$home/quickstart/target/lib/*}
java=("$JAVA_HOME/bin/java" -XX:+UseParallelGC -XX:-UsePerfData -Xmx256m
  --enable-native-access=ALL-UNNAMED -cp "$work:$lib")
"$JAVA_HOME/bin/javac" -cp "$lib" -d "$work" "$home/benchmarks/DiskBenchmark.java"

key=$work/key
head -c 32 /dev/urandom | od -An -v -tx1 | tr -d ' \n' >"$key"
object="secret,id=s,format=raw,file=$key"

# best LABEL COMMAND...: the shortest of three runs and its processor time; before is run untimed.
before() { :; }
best() {
  local label=$1 shortest='' run
  local TIMEFORMAT='%R %U %S'
  shift
  for _ in 1 2 3; do
    before
    run=$({ time "$@" >/dev/null 2>"$work/errors"; } 2>&1) || {
      cat "$work/errors" >&2
      exit 1
    }
    shortest=$(printf '%s\n' "$shortest" "$run" | sed '/^$/d' | sort -n | head -1)
  done
  awk -v label="$label" '{ printf "| %-42s | %6.2f s | %6.2f s |\n", label, $1, $2 + $3 }' <<<"$shortest"
}
warm() {
  local label=$1
  shift
  printf '| %-42s | %6s s |          |\n' "$label" "$("$@" | tail -1)"
}

echo "$(nproc) cores, load $(cut -d' ' -f1 /proc/loadavg), $mib MiB in a $(stat -f -c %T "$work") file system"
printf '| %-42s | %-8s | %-8s |\n' 'what' time processor
head -c "${mib}M" /dev/urandom >"$work/plain"
"${java[@]}" io.keymoor.disk.command.DiskMain encrypt "$work/plain" --to "$work/luks" --format raw \
  --new-key-file "$key" --new-key-is-random >/dev/null
"${java[@]}" io.keymoor.disk.command.DiskMain encrypt "$work/plain" --to "$work/qcow2" --format qcow2 \
  --new-key-file "$key" --new-key-is-random >/dev/null

before() { rm -f "$work/copy"; }
best 'cp (with sync)' bash -c "cp --sparse=never '$work/luks' '$work/copy' && sync '$work/copy'"
before() { cp "$work/luks" "$work/copy"; }
best 'qemu-img convert -n, LUKS1 to LUKS1' qemu-img convert -n --object "$object" --image-opts \
  --target-image-opts "driver=luks,key-secret=s,file.filename=$work/luks" \
  "driver=luks,key-secret=s,file.filename=$work/copy"
before() { :; }
best 'keymoor copy, LUKS1 to LUKS1' "${java[@]}" DiskBenchmark copy 1 RAW "$key" "$work/luks" "$work/copy"
best 'keymoor copy, verified' "${java[@]}" DiskBenchmark verified 1 RAW "$key" "$work/luks" "$work/copy"
best 'keymoor copy, qcow2-LUKS to qcow2-LUKS' \
  "${java[@]}" DiskBenchmark copy 1 QCOW2 "$key" "$work/qcow2" "$work/copy"
warm 'keymoor copy, LUKS1 to LUKS1, warm' "${java[@]}" DiskBenchmark copy 5 RAW "$key" "$work/luks" "$work/copy"
rm -f "$work/copy" "$work/qcow2"

best 'keymoor in place, LUKS1 to LUKS1' "${java[@]}" DiskBenchmark in-place 1 RAW "$key" "$work/luks"
warm 'keymoor in place, warm' "${java[@]}" DiskBenchmark in-place 5 RAW "$key" "$work/luks"
mv "$work/plain" "$work/luks2"
truncate -s "+32M" "$work/luks2"
cryptsetup reencrypt -q --encrypt --type luks2 --reduce-device-size 32M --force-offline-reencrypt \
  --sector-size 512 --pbkdf pbkdf2 --pbkdf-force-iterations 1000 --key-file "$key" "$work/luks2"
best 'cryptsetup reencrypt --resilience checksum' cryptsetup reencrypt -q --resilience checksum \
  --force-offline-reencrypt --pbkdf pbkdf2 --pbkdf-force-iterations 1000 --key-file "$key" "$work/luks2"
