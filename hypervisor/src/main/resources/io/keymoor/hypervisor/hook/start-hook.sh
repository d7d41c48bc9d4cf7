#!/bin/sh
# Keymoor's start hook. Its agent wrote this file and writes it anew when it starts.
# libvirt runs it as: qemu.d/keymoor DOMAIN OPERATION SUB-OPERATION EXTRA, the domain's XML on
# standard input. Only domains that hold a key record are the agent's concern.
set -u
umask 077
PATH=/usr/sbin:/usr/bin:/sbin:/bin
exchange=@EXCHANGE@
domain=${1:-}

case ${2:-}/${3:-} in
  prepare/begin) operation=prepare ;;
  release/end) operation=release ;;
  migrate/begin) operation=migrate ;;
  *) exit 0 ;;
esac

xml=$(head -c 4194304; cat >/dev/null)
case $xml in
  *'@NAMESPACE@'*) ;;
  *) exit 0 ;;
esac

refuse() {
  printf '%s\n' "$1" >&2
  exit 1
}

# The agent holds the lock as long as it lives; nothing it could leave behind looks like that.
agent_runs() {
  [ -e "$exchange/agent.lock" ] || return 1
  flock -E 99 -n -s "$exchange/agent.lock" true
  [ $? -eq 99 ]
}

if ! agent_runs; then
  [ "$operation" = release ] && exit 0
  refuse "Keymoor's agent does not run on this host, so the keys of VM $domain can't be had; start it (keymoor host run) and try again."
fi

new=$(mktemp -d "$exchange/requests/.XXXXXXXXXX") ||
  refuse "Keymoor's agent could not be asked for the keys of VM $domain: $exchange/requests can't be written to. Nothing was started."
request=$exchange/requests/request${new##*/}
printf '%s' "$xml" >"$new/domain.xml"
printf '%s' "$operation" >"$new/operation"
if [ "$operation" = release ]; then
  mv "$new" "$request"
  exit 0
fi

mkfifo "$new/answer"
# Open for both, so that neither this nor the agent ever waits for the other to open it.
exec 3<>"$new/answer"
trap 'rm -rf "$new" "$request"' EXIT
mv "$new" "$request"
rounds=0
while [ "$rounds" -lt 30 ]; do
  rounds=$((rounds + 1))
  answer=$(timeout 2 head -n 1 <&3)
  case $answer in
    allow) exit 0 ;;
    'refuse '*) refuse "${answer#refuse }" ;;
  esac
  if ! agent_runs || [ ! -d "$request" ]; then
    refuse "Keymoor's agent ended while it prepared the keys of VM $domain; nothing was started. Try again."
  fi
done
refuse "Keymoor's agent did not give the keys of VM $domain within a minute; nothing was started. See the agent's log."
