#!/bin/sh
# The binary codec: time and bytes of each operation (JMH with its gc profiler), its processor time
# (which other work on the machine disturbs little), objects of each
# (counted exactly in a JVM without a collector). It builds what it needs and fetches JMH 1.37.
#   benchmarks/codec.sh [REGEX]      only the JMH benchmarks whose names match
set -eu
home=$(dirname "$(dirname "$(readlink -f "$0")")")
# shellcheck source=scripts/common.sh
. "$home/scripts/common.sh"
find_jdk
work=$home/kmip/target/benchmark
mkdir -p "$work/classes"
(cd "$home" && ./mvnw -q -B -ntp -pl kmip -am -DskipTests -Dspotless.check.skip=true compile >&2)
for artifact in org.openjdk.jmh:jmh-core:1.37 org.openjdk.jmh:jmh-generator-annprocess:1.37 \
  net.sf.jopt-simple:jopt-simple:5.0.4 org.apache.commons:commons-math3:3.6.1; do
  version=${artifact##*:}
  name=${artifact%:*}
  [ -e "$work/${name#*:}-$version.jar" ] || (cd "$home" && ./mvnw -q -B -ntp -N \
    dependency:copy -Dartifact="$artifact" -DoutputDirectory="$work" >&2)
done
path=$work/classes:$home/kmip/target/classes:$home/ttlv/target/classes:$home/secret/target/classes:$home/crypto/target/classes
jmh=$(printf '%s:' "$work"/*.jar)
"$JAVA_HOME/bin/javac" -cp "$path:$jmh" -processorpath "$jmh" \
  -processor org.openjdk.jmh.generators.BenchmarkProcessor -d "$work/classes" \
  "$home/benchmarks/CodecBenchmark.java" "$home/benchmarks/AllocationCount.java" \
  "$home/benchmarks/ProcessorTime.java"
java="$JAVA_HOME/bin/java --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow"
$java -cp "$path:$jmh" org.openjdk.jmh.Main -prof gc "CodecBenchmark.${1:-}" | sed -n '/^Benchmark/,$p'
echo "| processor time of one operation | |"
$java -XX:+UseSerialGC -cp "$path:$jmh" io.keymoor.benchmark.ProcessorTime
count() {
  $java -XX:+UnlockExperimentalVMOptions -XX:+UseEpsilonGC -Xmx2g "$@" -cp "$path:$jmh" \
    io.keymoor.benchmark.AllocationCount ${KEYMOOR_BY_CLASS:-}
}
echo "| objects of one operation, compiled | |"
count
echo "| the same before the compiler leaves any out | |"
count -Xint
