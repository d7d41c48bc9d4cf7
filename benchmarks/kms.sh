#!/bin/sh
# The KMS beside Debian's python3-pykmip on this machine. Needs a build of the test classes first:
#   ./mvnw -q -pl kms -am -DskipTests test-compile
# Then: benchmarks/kms.sh [large]      "large" also stores 100,000 objects and times Locate.
set -eu
home=$(dirname "$(dirname "$(readlink -f "$0")")")
# shellcheck source=scripts/common.sh
. "$home/scripts/common.sh"
find_jdk
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
(cd "$home" && ./mvnw -q -o -pl kms -am dependency:build-classpath \
  -DincludeScope=test -Dmdep.outputFile=target/test.classpath >/dev/null)
modules=$home/kms/target/test-classes:$home/kms/target/classes
for module in secret crypto ttlv kmip; do
  modules=$modules:$home/$module/target/classes
done
"$JAVA_HOME/bin/java" --enable-native-access=ALL-UNNAMED \
  -cp "$modules:$(cat "$home/kms/target/test.classpath")" \
  io.keymoor.kms.benchmark.KmsBenchmark "$work" "$@"
