#!/bin/sh
# Waits until the process that started it is gone (end of standard input), then kills every
# process of the libvirt host that it opened: those that see the mount at MARK.
#   end-host.sh MARK
set -u
cat >/dev/null
# Blanks in mount tables are written in octal. (awk would read them back in a -v assignment.)
MARK=$(printf '%s' "$1" | sed 's/ /\\040/g')
export MARK
tries=0
while [ "$tries" -lt 50 ]; do
  tries=$((tries + 1))
  found=no
  for table in /proc/[0-9]*/mountinfo; do
    if awk '$5 == ENVIRON["MARK"] { hit = 1 } END { exit !hit }' "$table" 2>/dev/null; then
      pid=${table#/proc/}
      kill -9 "${pid%/mountinfo}" 2>/dev/null && found=yes
    fi
  done
  [ "$found" = no ] && exit 0
  sleep 0.1
done
