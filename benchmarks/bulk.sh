#!/bin/sh
# Rekeys VM records from one native provider to another and back, and onto a standard provider beside its KMS alone and a
# script: the manager's side. It builds what it needs.
#   benchmarks/bulk.sh [VMS] [HOSTS] [ROUNDS]
set -eu
home=$(dirname "$(dirname "$(readlink -f "$0")")")
# shellcheck source=scripts/common.sh
. "$home/scripts/common.sh"
find_jdk
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
(cd "$home" && ./mvnw -q -B -ntp -pl manager -am -DskipTests -Dspotless.check.skip=true test-compile \
  dependency:build-classpath -DincludeScope=test -Dmdep.outputFile=target/test.classpath >&2)
cd "$work"
# What is logged is shown when it fails, not among the tables.
run() {
  "$JAVA_HOME/bin/java" --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow \
    -cp "$home/manager/target/test-classes:$home/manager/target/classes:$(cat "$home/manager/target/test.classpath")" "$@" 2>"$work/log" || {
    cat "$work/log" >&2
    exit 1
  }
}
mkdir native standard
run io.keymoor.manager.benchmark.BulkBenchmark "$work/native" "${1:-10000}" "${2:-8}" "${3:-6}"
echo
run io.keymoor.manager.benchmark.StandardBulkBenchmark "$work/standard" "${1:-10000}" "${2:-8}" "${3:-6}"
