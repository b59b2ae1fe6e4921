#!/bin/bash
# Podman for the live tests: with its own configuration, storage and network beside the user's, and images that need no registry.
#
#   labs/podman.sh up        make the images, start the REST socket; prints the file that points podman here
#   labs/podman.sh up rootless   and podman of an ordinary user, reached by SSH; prints the inventory for that
#   labs/podman.sh up agent      and the base for Kiki's own images, where the public one can't be fetched; prints its name
#   labs/podman.sh status    what there is; exits 0 when all of it answers
#   labs/podman.sh down      remove containers, pods, volumes, networks and the socket; the images stay cached
#   labs/podman.sh purge     down, and drop the cache
#
# Needs root on Debian; installs the Debian packages it lacks. Exits 77 with the reason where it can't run.
# Files (configuration, storage, images) are under ${KIKI_LAB:-/var/tmp/kiki-lab}/podman, see labs/README.md.
set -euo pipefail

LAB=${KIKI_LAB:-/var/tmp/kiki-lab}/podman
SOCKET=$LAB/podman.sock
FORWARD=$LAB/ip_forward.before HOSTS_FORWARD=$LAB/../hosts/ip_forward.before
NET=10.124                                       # .0.0/24 is the default network, .16.0/20 is for those that podman makes
BRIDGE=kikipod0
NEEDED="podman runc conmon netavark aardvark-dns catatonit iptables iproute2 mmdebstrap python3 skopeo docker-registry apache2-utils openssl"
BUSYBOX=localhost/kiki/busybox:1
OLD_SUITE=bullseye                               # Debian 11: its python3 is 3.9, like Rocky 9's
SUITES="$OLD_SUITE bookworm"
BASE=localhost/kiki/agent-base:bookworm

say() { printf 'podman lab: %s\n' "$*" >&2; }
cannot() { say "can't run here: $*"; exit 77; }
logged() { "$@" >"$LAB/log" 2>&1 9>&-; }

. "$(dirname "$(readlink -f "$0")")/podman/registry.sh"
. "$(dirname "$(readlink -f "$0")")/podman/rootless.sh"

# --- the machine -------------------------------------------------------------------------------------------------------

check_machine() {
  [ "$(uname -s)" = Linux ] || cannot "it needs Linux"
  [ "$(id -u)" = 0 ] || cannot "it needs root, for cgroups and networks"
  . /etc/os-release
  [ "${ID:-}" = debian ] || cannot "its images are built from this machine's own package mirror, which must be Debian's; this is ${ID:-unknown}"
}

install_missing() {
  local missing="" package
  for package in $NEEDED; do dpkg -s "$package" >/dev/null 2>&1 || missing+=" $package"; done
  [ -n "$missing" ] || return 0
  say "installing$missing"
  export DEBIAN_FRONTEND=noninteractive
  # shellcheck disable=SC2086 # a list of package names
  without_daemons with_apt apt-get install -qq -y --no-install-recommends -o DPkg::Lock::Timeout=300 $missing \
    || cannot "apt-get install$missing failed: $(tail -1 "$LAB/log")"
}

# Debian starts what it installs (docker-registry); the lab starts its own. A machine that decides this itself keeps its decision.
without_daemons() {
  local policy=/usr/sbin/policy-rc.d ours="" code=0
  [ -e $policy ] || { printf '#!/bin/sh\nexit 101\n' >$policy; chmod 755 $policy; ours=1; }
  "$@" || code=$?
  [ -z "$ours" ] || rm -f $policy
  return $code
}

with_apt() { logged "$@" || { logged apt-get update -qq && logged "$@"; }; }   # the package lists may be missing or old

foreign_network() { ip -4 route show "$NET.0.0/24" | grep -qv "dev $BRIDGE "; }

# --- podman's configuration ----------------------------------------------------------------------------------------------

lab_podman() {
  CONTAINERS_CONF=$LAB/containers.conf CONTAINERS_STORAGE_CONF=$LAB/storage.conf CONTAINERS_REGISTRIES_CONF=$LAB/registries.conf \
    podman "$@" 9>&-   # what podman leaves running must not hold the lab's lock
}

write_configuration() {
  mkdir -p "$LAB/networks"
  write_runtime
  write_network
  printf '[storage]\ndriver = "overlay"\ngraphroot = "%s"\nrunroot = "%s"\n' "$LAB/storage" "$LAB/runroot" >"$LAB/storage.conf"
  write_registries
  # cgroupfs and a file, as neither systemd nor its journal need be there. The folder of the database must stay podman's
  # own default, below graphroot: the clean-up that conmon starts looks for it there, whatever this file says.
  cat >"$LAB/containers.conf" <<E
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
tmp_dir = "$LAB/tmp"
[engine.runtimes]
runc = ["$(runtime)"]
[network]
network_backend = "netavark"
network_config_dir = "$LAB/networks"
default_network = "kiki"
default_subnet_pools = [{"base" = "$NET.16.0/20", "size" = 24}]
E
  cat >"$LAB/env" <<E
export CONTAINERS_CONF=$LAB/containers.conf
export CONTAINERS_STORAGE_CONF=$LAB/storage.conf
export CONTAINERS_REGISTRIES_CONF=$LAB/registries.conf
export REGISTRY_AUTH_FILE=$LAB/auth.json
export SSL_CERT_DIR=$REGISTRY/trusted
E
}

runtime() { if may_raise_limits; then command -v runc; else echo "$LAB/runc"; fi; }
may_raise_limits() { (( 0x$(awk '/^CapEff/ { print $2 }' /proc/self/status) >> 24 & 1 )); }   # CAP_SYS_RESOURCE

write_runtime() {
  cat >"$LAB/runc" <<'E'
#!/usr/bin/python3 -IS
"""runc where CAP_SYS_RESOURCE is missing: no limit is asked for that is above this machine's own.

Podman asks for a million open files and processes by default; raising a hard limit, or lowering the
OOM score, needs that capability, and the container would not start.
"""
import json, os, resource, sys


def main(arguments):
    for option, name in (("--bundle", "config.json"), ("-b", "config.json"), ("--process", ""), ("-p", "")):
        if option in arguments:
            lower(os.path.join(arguments[arguments.index(option) + 1], name).rstrip("/"))
    os.execvp("runc", ["runc", *arguments])


def lower(path):
    with open(path) as file:
        whole = json.load(file)
    process = whole.get("process", whole)
    for limit in process.get("rlimits") or ():
        most = resource.getrlimit(getattr(resource, limit["type"]))[1]
        if most != resource.RLIM_INFINITY:
            limit["hard"], limit["soft"] = min(limit["hard"], most), min(limit["soft"], most)
    with open("/proc/self/oom_score_adj") as file:
        own = int(file.read())
    if (process.get("oomScoreAdj") or own) < own:
        process["oomScoreAdj"] = own
    with open(path, "w") as file:
        json.dump(whole, file)


main(sys.argv[1:])
E
  chmod +x "$LAB/runc"
}

# Written here and not by `podman network create`, which can't name the bridge: podman0 may be the user's.
write_network() {
  cat >"$LAB/networks/kiki.json" <<E
{"name": "kiki", "id": "$(printf kiki | sha256sum | cut -d' ' -f1)", "driver": "bridge", "network_interface": "$BRIDGE",
 "created": "2026-01-01T00:00:00Z", "subnets": [{"subnet": "$NET.0.0/24", "gateway": "$NET.0.1"}],
 "ipv6_enabled": false, "internal": false, "dns_enabled": false, "ipam_options": {"driver": "host-local"}}
E
}

# What podman notes about running containers does not survive a boot, but these folders do.
forget_last_boot() {
  local boot
  boot=$(cat /proc/sys/kernel/random/boot_id)
  [ "$(cat "$LAB/boot_id" 2>/dev/null)" != "$boot" ] || return 0
  rm -rf "$LAB/tmp" "$LAB/runroot" "$LAB/service.pid" "$FORWARD"
  echo "$boot" >"$LAB/boot_id"
}

# --- images, built once --------------------------------------------------------------------------------------------------

has_image() { [ "$(lab_podman image inspect --format '{{index .Labels "kiki.recipe"}}' "$1" 2>/dev/null)" = "$2" ]; }
digest() { printf '%s' "$*" | sha256sum | cut -c1-16; }

BUSYBOX_RECIPE='
FROM scratch
COPY busybox /bin/busybox
RUN ["/bin/busybox", "--install", "-s", "/bin"]
RUN mkdir -m 1777 /tmp && mkdir /www && echo "hello from kiki" >/www/index.html
EXPOSE 8080
STOPSIGNAL SIGKILL
CMD ["/bin/busybox", "httpd", "-f", "-p", "8080", "-h", "/www"]
'

make_busybox() {
  local recipe context=$LAB/busybox
  recipe=$(digest "$BUSYBOX_RECIPE")
  has_image $BUSYBOX "$recipe" && return 0
  say "building $BUSYBOX"
  rm -rf "$context"; mkdir -p "$context"
  printf '%s' "$BUSYBOX_RECIPE" >"$context/Containerfile"
  fetch_busybox "$context" || cannot "Debian's busybox-static could not be fetched: $(tail -1 "$LAB/log")"
  logged lab_podman build --label "kiki.recipe=$recipe" -t $BUSYBOX "$context" || cannot "podman can't build: $(tail -1 "$LAB/log")"
  rm -rf "$context"
}

# Fetched and not installed: the package would replace the busybox of the machine's own start-up.
fetch_busybox() {
  (cd "$1" && with_apt apt-get download -qq busybox-static && dpkg-deb -x busybox-static_*.deb . && mv bin/busybox .)
}

DEBIAN_OPTIONS=(--variant=minbase --include=python3 --aptopt='Acquire::Languages "none"' --dpkgopt=force-unsafe-io
  --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/locale/*')

make_debian() {  # make_debian SUITE
  local recipe image=localhost/kiki/debian:$1
  recipe=$(digest "$1" "${DEBIAN_OPTIONS[@]}")
  has_image "$image" "$recipe" && return 0
  say "building $image (half a minute, once)"
  apt-config dump 2>/dev/null | grep -i '^Acquire::https\?::Proxy' >"$LAB/proxy.conf" || true
  logged root_to_image "$1" "$image" "$recipe" && return 0
  if [ "$1" = $OLD_SUITE ] && grep -q 'does not have a Release file' "$LAB/log"; then
    say "this machine's mirror has no Debian $1 any more: there is no $image"
  else
    cp "$LAB/log" "$LAB/$1.log"; cannot "$image could not be built, see $LAB/$1.log: $(tail -1 "$LAB/log")"
  fi
}

# What Containers/Containerfile.* take for BASE: Python with venv, an SSH client, libgomp, and the authorities that this machine
# trusts.
make_base() {
  local recipe
  recipe=$(digest "$(cat /etc/ssl/certs/ca-certificates.crt)" "${DEBIAN_OPTIONS[@]}" base2)
  has_image "$BASE" "$recipe" && return 0
  say "building $BASE (half a minute, once)"
  DEBIAN_OPTIONS+=(--include=python3-venv,openssh-client,ca-certificates,libgomp1
    --customize-hook='copy-in /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs')
  logged root_to_image bookworm "$BASE" "$recipe" || cannot "$BASE could not be built: $(tail -1 "$LAB/log")"
}

root_to_image() {  # by way of a file: half a root piped to podman would become an image
  local tar=$LAB/$1.tar
  TMPDIR=$(scratch) mmdebstrap "${DEBIAN_OPTIONS[@]}" --aptopt="$LAB/proxy.conf" --format=tar "$1" "$tar" "$(mirror)" \
    && lab_podman import -q --change CMD=/bin/bash --change "LABEL kiki.recipe=$3" "$tar" "$2" && rm "$tar"
}

mirror() {  # where apt has this machine's own release from
  local release
  release=$(. /etc/os-release; echo "$VERSION_CODENAME")
  apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Origin: Debian' "Codename: $release" 'Component: main' | head -1
}

scratch() { if [ -w /dev/shm ] && [ "$(df --output=avail /dev/shm | tail -1)" -gt 1500000 ]; then echo /dev/shm; else echo /var/tmp; fi; }

# --- the REST socket -------------------------------------------------------------------------------------------------------

answers() { [ -S "$SOCKET" ] && podman --remote --url "unix://$SOCKET" version >/dev/null 2>&1 9>&-; }

start_service() {
  answers && return 0
  stop_service
  # In its own folder: conmon leaves a file `oom` in the current one when a container's memory ran out.
  (cd "$LAB" && . "$LAB/env" && exec setsid podman system service --time=0 "unix://$SOCKET") >"$LAB/service.log" 2>&1 </dev/null 9>&- &
  echo $! >"$LAB/service.pid"
  for _ in $(seq 50); do answers && return 0; sleep 0.1; done
  cannot "podman does not answer on $SOCKET: $(tail -1 "$LAB/service.log")"
}

stop_service() {
  local pid
  pid=$(cat "$LAB/service.pid" 2>/dev/null) || return 0
  if grep -qzx -- "unix://$SOCKET" "/proc/$pid/cmdline" 2>/dev/null; then kill "$pid"; fi
  rm -f "$LAB/service.pid" "$SOCKET"
}

# --- what podman leaves behind ---------------------------------------------------------------------------------------------

# netavark switches forwarding on, as the hosts lab does, which notes what it found in the same way. The first of the two saw
# the machine's own setting, and the last to go gives it back.
note_forwarding() {
  [ -f "$FORWARD" ] && return 0
  cp "$HOSTS_FORWARD" "$FORWARD" 2>/dev/null || cat /proc/sys/net/ipv4/ip_forward >"$FORWARD"
}

forwarding_back() {
  [ -f "$FORWARD" ] || return 0
  if [ -f "$HOSTS_FORWARD" ]; then cp "$FORWARD" "$HOSTS_FORWARD"; else cat "$FORWARD" >/proc/sys/net/ipv4/ip_forward; fi
  rm -f "$FORWARD"
}

# Its chains stay when the last network is gone. They are everybody's: they go only when nobody's rule is in them.
drop_chains() {
  local table
  [ "$(iptables -S NETAVARK_FORWARD 2>/dev/null | wc -l)" = 1 ] || return 0
  for table in filter nat; do
    iptables -t $table -S | grep -e '-j NETAVARK' | sed 's/^-A/-D/' | while read -r rule; do eval "iptables -t $table $rule"; done
    iptables -t $table -S | sed -n 's/^-N \(NETAVARK.*\)/\1/p' | while read -r chain; do iptables -t $table -F "$chain"; done
    iptables -t $table -S | sed -n 's/^-N \(NETAVARK.*\)/\1/p' | while read -r chain; do iptables -t $table -X "$chain"; done
  done
}

drop_mounts() {
  awk -v lab="$LAB/" 'index($2, lab) == 1 { print $2 }' /proc/mounts | sort -r | while read -r mount; do umount "$mount"; done
}

drop_cgroups() {  # one with somebody's process in it can't be removed
  find /sys/fs/cgroup -depth -type d -path '*/libpod_parent*' -exec rmdir {} + 2>/dev/null || true
}

drop_containers() {
  lab_podman pod rm -a -f -t 0
  lab_podman rm -a -f -t 0 -v
  lab_podman volume rm -a -f
  lab_podman network prune -f
}

# --- commands ------------------------------------------------------------------------------------------------------------

up() {
  check_machine
  mkdir -p "$LAB" 2>/dev/null || cannot "$LAB can't be written"
  exec 9>"$LAB/lock"; flock 9
  install_missing
  ! foreign_network || cannot "something else uses $NET.0.0/24"
  forget_last_boot
  note_forwarding
  write_configuration
  make_busybox
  logged lab_podman run --rm $BUSYBOX true || cannot "podman can't run a container: $(tail -1 "$LAB/log")"
  for suite in $SUITES; do make_debian "$suite"; done
  logged lab_podman image prune -f
  start_registries
  start_service
  [ "${1:-}" != rootless ] || start_rootless
  [ "${1:-}" != agent ] || make_base
  say "up: $(podman --version) (socket $SOCKET)"
  case "${1:-}" in rootless) echo "$ROOTLESS/inventory.ini" ;; agent) echo "$BASE" ;; *) echo "$LAB/env" ;; esac
}

down() {
  [ "$(id -u)" = 0 ] || cannot "it needs root"
  mkdir -p "$LAB"; exec 9>"$LAB/lock"; flock 9
  stop_service
  stop_registries
  stop_rootless
  if [ -f "$LAB/containers.conf" ] && command -v podman >/dev/null; then
    logged drop_containers || { say "not all is gone: $(tail -1 "$LAB/log")"; exit 1; }
    drop_chains
    drop_mounts
    drop_cgroups
  fi
  forwarding_back
  say "down"
}

status() {
  local image name failed=0
  [ "$(id -u)" = 0 ] || cannot "it needs root"
  [ -f "$LAB/env" ] && command -v podman >/dev/null || { echo "no podman lab"; return 1; }
  for image in $BUSYBOX $(printf 'localhost/kiki/debian:%s ' $SUITES); do
    if lab_podman image exists "$image"; then echo "$image"; elif [[ $image != *:$OLD_SUITE ]]; then echo "$image is missing"; failed=1; fi
  done
  for name in own mirror strange; do
    if registry_lives $name; then echo "registry $name answers"; else echo "registry $name does not answer"; failed=1; fi
  done
  if answers; then echo "$SOCKET answers"; else echo "$SOCKET does not answer"; failed=1; fi
  return $failed
}

case "${1:-}" in
  up) up "${2:-}" ;;
  down) down ;;
  status) status ;;
  purge) down; rm -rf "$LAB" ;;
  *) sed -n '2,11s/^# \{0,1\}//p' "$0"; exit 2 ;;
esac
