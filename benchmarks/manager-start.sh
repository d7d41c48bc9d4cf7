#!/usr/bin/env bash
# Cold and warm start of the manager, and its memory. Prints a table; needs a built source tree.
#   benchmarks/manager-start.sh [RUNS]
# Cold: a new directory, so PostgreSQL's data directory and every table are made; where the system
# permits (root), the page cache is dropped before. Warm: the same directory again.
set -euo pipefail

home=$(dirname "$(dirname "$(readlink -f "$0")")")
runs=${1:-3}
work=$(mktemp -d)
manager=0
trap '[ "$manager" -eq 0 ] || kill "$manager" 2>/dev/null || true; wait; rm -rf "$work"' EXIT

now() { date +%s%N; }

# Starts the manager in $1, waits for its ready line; sets took_ms and rss_mb, then stops it.
measure() {
  local log=$work/log began
  : >"$log"
  began=$(now)
  "$home/keymoor" manager run --dir "$1" >"$log" 2>&1 &
  manager=$!
  until grep -q ready "$log"; do
    kill -0 "$manager" 2>/dev/null || { cat "$log" >&2; exit 1; }
    sleep 0.01
  done
  took_ms=$((($(now) - began) / 1000000))
  sleep 5
  rss_mb=$(awk '/^VmRSS/ { print int($2 / 1024) }' "/proc/$manager/status")
  kill "$manager"
  wait "$manager" 2>/dev/null || true
  manager=0
}

"$home/keymoor" --version >/dev/null
echo "| start | run | ready after | resident memory 5 s later |"
echo "|---|---|---|---|"
for run in $(seq "$runs"); do
  port=$((20000 + RANDOM % 20000))
  directory=$work/manager-$run
  [ "$(id -u)" -ne 0 ] || { sync; echo 3 >/proc/sys/vm/drop_caches; } 2>/dev/null || true
  began=$(now)
  "$home/keymoor" manager init --dir "$directory" --port "$port" >/dev/null
  init_ms=$((($(now) - began) / 1000000))
  measure "$directory"
  echo "| cold (init $init_ms ms before) | $run | $took_ms ms | $rss_mb MB |"
  measure "$directory"
  echo "| warm | $run | $took_ms ms | $rss_mb MB |"
done
