#!/usr/bin/env bash
# What starts of the services cost: time and processor time until each says that it is ready, and its memory. Prints a table; needs a
# built source tree, and for the agent the packages of a host.
#   benchmarks/starts.sh [RUNS] [manager] [kms] [agent]
# Cold: a new directory, so PostgreSQL's data directory and every table are made; where the system permits (root), the page cache is
# dropped before. Warm: the same directory again. The agent has joined the manager, which runs; its libvirt is away.
set -euo pipefail

home=$(dirname "$(dirname "$(readlink -f "$0")")")
runs=${1:-3}
shift || true
[ $# -gt 0 ] || set -- manager kms agent
work=$(mktemp -d)
service=0
beside=0
end() {
  [ "$service" -eq 0 ] || kill "$service" 2>/dev/null || true
  [ "$beside" -eq 0 ] || kill "$beside" 2>/dev/null || true
  wait
  rm -rf "$work"
}
trap end EXIT
ticks=$(getconf CLK_TCK)

now() { date +%s%N; }

# Sets cpu_ms to the processor time of a process and of all that it started.
processor_time() {
  local todo=("$1") all=0 pid words
  while [ ${#todo[@]} -gt 0 ]; do
    pid=${todo[0]}
    todo=("${todo[@]:1}")
    { words=$(<"/proc/$pid/stat"); } 2>/dev/null || continue
    # shellcheck disable=SC2206
    words=(${words##*) })
    all=$((all + words[11] + words[12] + words[13] + words[14]))
    # shellcheck disable=SC2207
    todo+=($(cat "/proc/$pid/task"/*/children 2>/dev/null))
  done
  cpu_ms=$((all * 1000 / ticks))
}

await() {
  until grep -qE "$3" "$2"; do
    kill -0 "$1" 2>/dev/null || { cat "$2" >&2; exit 1; }
    sleep 0.01
  done
}

# measure WORD KEYMOOR-ARGUMENTS...: starts it, waits for the word, sets took_ms, cpu_ms and rss_mb, then stops it.
measure() {
  local log=$work/log began word=$1
  shift
  : >"$log"
  began=$(now)
  "$home/keymoor" "$@" >"$log" 2>&1 </dev/null &
  service=$!
  await "$service" "$log" "$word"
  took_ms=$((($(now) - began) / 1000000))
  processor_time "$service"
  sleep 5
  rss_mb=$(awk '/^VmRSS/ { print int($2 / 1024) }' "/proc/$service/status")
  kill "$service"
  wait "$service" 2>/dev/null || true
  service=0
}

row() { echo "| $1 | $2 | $took_ms ms | $cpu_ms ms | $rss_mb MB |"; }

forget_pages() { [ "$(id -u)" -ne 0 ] || { sync; echo 3 >/proc/sys/vm/drop_caches; } 2>/dev/null || true; }

port() { echo $((20000 + RANDOM % 20000)); }

measure_manager() {
  local run
  for run in $(seq "$runs"); do
    forget_pages
    "$home/keymoor" manager init --dir "$work/manager-$run" --port "$(port)" >/dev/null
    measure ready manager run --dir "$work/manager-$run"
    row "manager, cold" "$run"
    measure ready manager run --dir "$work/manager-$run"
    row "manager, warm" "$run"
  done
}

measure_kms() {
  local run
  for run in $(seq "$runs"); do
    forget_pages
    "$home/keymoor" kms init --dir "$work/kms-$run" --listen "127.0.0.1:$(port)" --monitor "127.0.0.1:$(port)" >/dev/null
    measure '^Serving' kms run --dir "$work/kms-$run"
    row "KMS, cold" "$run"
    measure '^Serving' kms run --dir "$work/kms-$run"
    row "KMS, warm" "$run"
  done
}

measure_agent() {
  local run host=(--dir "$work/host") url
  "$home/keymoor" manager init --dir "$work/manager" --port "$(port)" >/dev/null
  "$home/keymoor" manager run --dir "$work/manager" >"$work/manager.log" 2>&1 &
  beside=$!
  await "$beside" "$work/manager.log" ready
  url=$(sed -n 's/.*ready at //p' "$work/manager.log")
  export KEYMOOR_CONTEXT=$work/manager/admin/context.json
  "$home/keymoor" cluster create lab >/dev/null
  "$home/keymoor" host token create --cluster lab --out "$work/token" >/dev/null
  "$home/keymoor" host join "$url" --token-file "$work/token" "${host[@]}" --name host --key-file \
    --libvirt "qemu+unix:///system?socket=$work/no-libvirt" >/dev/null
  mkdir -p "$work/hooks" "$work/swtpm"
  mkdir -m 700 "$work/run"
  for run in $(seq "$runs"); do
    measure 'is ready' host run --yes "${host[@]}" --allow-clear-swap --hooks-dir "$work/hooks" \
      --runtime-dir "$work/run" --swtpm-dir "$work/swtpm"
    row "agent" "$run"
  done
  kill "$beside"
  wait "$beside" 2>/dev/null || true
  beside=0
}

"$home/keymoor" --version >/dev/null
echo "| start | run | ready after | processor time until then | resident memory 5 s later |"
echo "|---|---|---|---|---|"
for service_name; do
  case $service_name in
    manager) measure_manager ;;
    kms) measure_kms ;;
    agent) measure_agent ;;
    *) echo "benchmarks/starts.sh [RUNS] [manager] [kms] [agent]" >&2; exit 2 ;;
  esac
done
