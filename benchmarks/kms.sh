#!/bin/sh
# The KMS beside Debian's python3-pykmip on this machine, in one run. It builds what it needs.
#   benchmarks/kms.sh [large]      "large" also stores 100,000 objects and times Locate
set -eu
home=$(dirname "$(dirname "$(readlink -f "$0")")")
# shellcheck source=scripts/common.sh
. "$home/scripts/common.sh"
find_jdk
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
(cd "$home" && ./mvnw -q -B -ntp -pl kms -am -DskipTests -Dspotless.check.skip=true test-compile \
  dependency:build-classpath -DincludeScope=test -Dmdep.outputFile=target/test.classpath >&2)
"$JAVA_HOME/bin/java" -Dkeymoor.kms.flags="$kms_flags" --enable-native-access=ALL-UNNAMED \
  -cp "$home/kms/target/test-classes:$home/kms/target/classes:$(cat "$home/kms/target/test.classpath")" \
  io.keymoor.kms.benchmark.KmsBenchmark "$work" "$@"
