# What the labs of a cloud and a cluster share: Debian's packages, and whether a port is free. Read by kube.sh and
# openstack.sh, which have `say`, `cannot` and the folder $LOG.

taken() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# install_missing "PROGRAM:PACKAGE ...": what of it is not there; a program is a command or a path.
install_missing() {
  local missing="" pair
  for pair in $1; do command -v "${pair%%:*}" >/dev/null || [ -e "${pair%%:*}" ] || missing+=" ${pair##*:}"; done
  [ -n "$missing" ] || return 0
  say "installing$missing"
  export DEBIAN_FRONTEND=noninteractive
  without_daemons "$missing" || cannot "apt-get install$missing failed: $(tail -1 "$LOG/apt.log")"
}

# Debian starts what it installs; the lab starts its own. A machine that decides this itself keeps its decision.
without_daemons() {
  local policy=/usr/sbin/policy-rc.d ours="" code=0
  [ -e $policy ] || { printf '#!/bin/sh\nexit 101\n' >$policy; chmod 755 $policy; ours=1; }
  # shellcheck disable=SC2086 -- a list of package names
  apt-get install -qq -y --no-install-recommends $1 >"$LOG/apt.log" 2>&1 \
    || { apt-get update -qq && apt-get install -qq -y --no-install-recommends $1; } >"$LOG/apt.log" 2>&1 || code=$?
  [ -z "$ours" ] || rm -f $policy
  return $code
}
