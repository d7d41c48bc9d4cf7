#!/bin/sh
# Waits until the process that started it is gone (end of standard input), then kills every
# process of the libvirt host under ROOT: those that see the mount at ROOT/mark.
#   end-host.sh ROOT
set -u
cat >/dev/null
# Spaces in mount tables are written in octal.
mark=$(printf '%s/mark' "$1" | sed 's/ /\\040/g')
tries=0
while [ "$tries" -lt 50 ]; do
  tries=$((tries + 1))
  found=no
  for table in /proc/[0-9]*/mountinfo; do
    if awk -v mark="$mark" '$5 == mark { hit = 1 } END { exit !hit }' "$table" 2>/dev/null; then
      pid=${table#/proc/}
      kill -9 "${pid%/mountinfo}" 2>/dev/null && found=yes
    fi
  done
  [ "$found" = no ] && exit 0
  sleep 0.1
done
