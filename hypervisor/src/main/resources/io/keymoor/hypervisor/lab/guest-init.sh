#!/bin/busybox sh
# All of the test guest: mounts its own disk if it is one of ours, answers questions on the serial
# line. A question is "ID COMMAND [ARGUMENT…]", an answer "@ID ok|failed TEXT", one line each.
/bin/busybox mkdir -p /proc /sys /dev /disk
/bin/busybox --install -s /bin
export PATH=/bin
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
dmesg -n 1
for module in virtio_ring virtio virtio_pci_legacy_dev virtio_pci_modern_dev virtio_pci virtio_blk \
  evdev button; do
  insmod "/modules/$module.ko"
done
power_off() {
  sync
  umount /disk
  poweroff -f
}

# Any event here is the power button's.
for button in /dev/input/event*; do
  (dd "if=$button" of=/dev/null bs=24 count=1 && power_off) 2>/dev/null &
done

label=$(dd if=/dev/vda bs=1 skip=1144 count=16 2>/dev/null | tr -d '\000')
# A disk of unknown origin is looked at and never written to.
if [ "$label" = keymoor-guest ]; then
  mount -t ext4 /dev/vda /disk
fi

exec </dev/ttyS0 >/dev/ttyS0 2>/dev/null
stty raw -echo
# Whoever asked before was not heard.
printf '\n@ready\n'

answer() {
  printf '\n@%s %s %s\n' "$id" "$1" "$2"
}

mounted() {
  [ -b /dev/vda ] && grep -q ' /disk ' /proc/mounts && return 0
  answer failed 'the disk is none of mine'
  return 1
}

checksum() {
  sync
  echo 3 >/proc/sys/vm/drop_caches
  sum=$(sha256sum "/disk/$1") && answer ok "${sum%% *}" || answer failed "no file $1"
}

tpm() {
  [ -c /dev/tpm0 ] || {
    answer failed 'there is no TPM'
    return
  }
  # Question and answer must go through one open file.
  exec 3<>/dev/tpm0
  echo "$1" | xxd -r -p >/tmp-question
  cat /tmp-question >&3
  answer ok "$(dd bs=4096 count=1 <&3 2>/dev/null | xxd -p | tr -d '\n')"
  exec 3>&-
}

while read -r id command first second; do
  case "$command" in
    ping) answer ok pong ;;
    disk)
      if [ -b /dev/vda ]; then
        sum=$(dd if=/dev/vda bs=512 count=1 2>/dev/null | sha256sum)
        answer ok "$(blockdev --getsize64 /dev/vda) ${sum%% *}"
      else
        answer failed 'there is no disk'
      fi
      ;;
    marker) mounted && answer ok "$(cat /disk/marker)" ;;
    fill)
      mounted && {
        dd if=/dev/urandom "of=/disk/$first" bs=65536 "count=$second" conv=fsync && checksum "$first" ||
          answer failed "$first could not be written"
      }
      ;;
    checksum) mounted && checksum "$first" ;;
    tpm-version) answer ok "$(cat /sys/class/tpm/tpm0/tpm_version_major || echo none)" ;;
    tpm) tpm "$first" ;;
    uptime) answer ok "$(cut -d ' ' -f 1 /proc/uptime)" ;;
    sync) sync && answer ok done ;;
    ?*) answer failed "I don't know $command" ;;
  esac
done
# Without a console there is nobody to serve.
power_off
