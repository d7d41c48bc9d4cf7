#!/bin/sh
# What hosts cost a manager: simulated agents over real mutual TLS, VM records, PostgreSQL; then two managers on one database, of
# which one is killed in the middle of a bulk rekey. It builds what it needs.
#   benchmarks/hosts.sh [HOSTS] [VMS] [takeover]
# With "takeover" what one manager costs is left out.
set -eu
home=$(dirname "$(dirname "$(readlink -f "$0")")")
# shellcheck source=scripts/common.sh
. "$home/scripts/common.sh"
find_jdk
ulimit -n 20000
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
(cd "$home" && ./mvnw -q -B -ntp -pl manager -am -DskipTests -Dspotless.check.skip=true test-compile \
  dependency:build-classpath -DincludeScope=test -Dmdep.outputFile=target/test.classpath >&2)
cd "$work"
"$JAVA_HOME/bin/java" -XX:+UseSerialGC -Xmx1g --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow \
  -cp "$home/manager/target/test-classes:$home/manager/target/classes:$(cat "$home/manager/target/test.classpath")" \
  io.keymoor.manager.benchmark.HostsBenchmark "$work" "${1:-1000}" "${2:-50000}" "${3:-whole}"
