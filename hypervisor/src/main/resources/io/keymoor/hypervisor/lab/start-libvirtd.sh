#!/bin/sh
# Becomes a libvirtd that lives in directories of its own. Runs inside fresh mount and UTS
# namespaces (unshare -m -u), so that nothing it mounts or names is seen outside of them.
#   start-libvirtd.sh ROOT HOSTNAME MARK
set -eu
root=$1
hostname "$2"

# Every process of this host can be told by this mount, whoever its parent has become.
mount -t tmpfs -o size=4k,mode=700 keymoor-lab "$3"
for place in etc/libvirt var/lib/libvirt var/cache/libvirt var/log/libvirt run/libvirt var/lib/swtpm-localca; do
  mkdir -p "/$place"
  mount --bind "$root/$place" "/$place"
done
# libvirtd insists on the user that its package makes, even where its configuration says root.
if ! grep -q '^libvirt-qemu:' /etc/passwd; then
  { cat /etc/passwd; echo 'libvirt-qemu:x:64055:64055::/nonexistent:/usr/sbin/nologin'; } >"$root/passwd"
  mount --bind "$root/passwd" /etc/passwd
fi
if ! grep -q '^libvirt-qemu:' /etc/group; then
  { cat /etc/group; echo 'libvirt-qemu:x:64055:'; } >"$root/group"
  mount --bind "$root/group" /etc/group
fi
umask 077
exec libvirtd -p /run/libvirt/libvirtd.pid
