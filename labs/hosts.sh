#!/bin/bash
# Managed hosts for the live tests: real Debian systems with their own systemd, address and SSH host key, on one machine.
#
#   labs/hosts.sh up [N]     start n1..nN (3) at 10.123.0.11.., `inner`, which only n1 can reach, and a1 at 10.123.0.201
#   labs/hosts.sh up N redhat    and r1 at 10.123.0.51, a Debian with dnf, rpm and firewalld
#   labs/hosts.sh up N trixie    and t1 at 10.123.0.52, a Debian 13 with podman 5; both words may be given
#   labs/hosts.sh status     what runs; exits 0 when all of it answers
#   labs/hosts.sh down       stop everything and take the network away; the root file system stays cached
#   labs/hosts.sh purge      down, and drop the cache
#
# Needs root on Debian; installs the Debian packages it lacks. Exits 77 with the reason where it can't run.
# Files (inventories, keys, root file system) are under ${KIKI_LAB:-/var/tmp/kiki-lab}/hosts, see labs/README.md.
set -euo pipefail

HERE=$(cd "$(dirname "$0")" && pwd)
NUMBER=${KIKI_LAB_NUMBER:-0}                     # a second lab on the same machine: a number up to 9, and a KIKI_LAB of its own
LAB=${KIKI_LAB:-/var/tmp/kiki-lab}/hosts
LIVE=${KIKI_LAB_LIVE:-/dev/shm/kiki-lab-hosts}   # what hosts write: memory, as dpkg's many fsyncs are slow on disks
NET=10.123.$((2 * NUMBER))                       # n1 is .11, r1 is .51, t1 .52, a1 is .201, the machine itself is .1
INNER_NET=10.123.$((2 * NUMBER + 1))             # n1 is .1, inner is .2; nothing else has a route to it
BRIDGE=kikilab$NUMBER
TABLE=kiki_lab; HOST=kiki; LEG=kl                # names of the firewall's table, of hosts' namespaces and of their legs on the bridge
if [ "$NUMBER" != 0 ]; then LIVE=$LIVE-$NUMBER; TABLE=kiki_lab$NUMBER; HOST=kiki$NUMBER; LEG=kl$NUMBER; fi
OPS_PASSWORD=Ops.Pa55-word                       # of the user `ops`, whose sudo asks for it
NEEDED="systemd-nspawn:systemd-container mmdebstrap:mmdebstrap ip:iproute2 nft:nftables ssh:openssh-client flock:util-linux"

say() { printf 'hosts lab: %s\n' "$*" >&2; }
cannot() { say "can't run here: $*"; exit 77; }

# --- the machine -------------------------------------------------------------------------------------------------------

check_machine() {
  [ "$(uname -s)" = Linux ] || cannot "it needs Linux"
  [ "$(id -u)" = 0 ] || cannot "it needs root, for network namespaces and systemd-nspawn"
  . /etc/os-release
  [ "${ID:-}" = debian ] || cannot "its hosts are built from this machine's own package mirror, which must be Debian's; this is ${ID:-unknown}"
  SUITE=$VERSION_CODENAME
  SOURCES=$(ls /etc/apt/sources.list.d/debian.sources /etc/apt/sources.list 2>/dev/null | head -1) || true
  [ -n "$SOURCES" ] || cannot "no Debian mirror in /etc/apt"
  install_missing
  foreign_network && cannot "something else uses $NET.0/24" || true
}

install_missing() {
  local missing="" pair
  for pair in $NEEDED; do command -v "${pair%%:*}" >/dev/null || missing+=" ${pair##*:}"; done
  [ -n "$missing" ] || return 0
  say "installing$missing"
  export DEBIAN_FRONTEND=noninteractive
  # shellcheck disable=SC2086 -- a list of package names
  apt-get install -qq -y --no-install-recommends $missing >"$LAB/apt.log" 2>&1 && return 0
  { apt-get update -qq && apt-get install -qq -y --no-install-recommends $missing; } >"$LAB/apt.log" 2>&1 \
    || cannot "apt-get install$missing failed: $(tail -1 "$LAB/apt.log")"
}

foreign_network() { ip -4 route show "$NET.0/24" | grep -qv "dev $BRIDGE "; }

# --- the root file system, built once ------------------------------------------------------------------------------------

PACKAGES=systemd,systemd-sysv,dbus,openssh-server,python3,python3-apt,sudo,iproute2,ca-certificates,cron

# Runs inside the new root. Units that want a real machine are masked. Every host gets its own SSH host key later.
# The age of the package lists makes the first `cache_valid_time` of a playbook refresh them.
RECIPE='
set -e
for unit in systemd-networkd.service systemd-logind.service systemd-udevd.service systemd-resolved.service getty.target console-getty.service; do
  ln -sf /dev/null /etc/systemd/system/$unit
done
systemctl -q enable ssh
rm -f /etc/ssh/ssh_host_*
useradd -m -s /bin/bash kiki
useradd -m -s /bin/bash ops
echo "kiki ALL=(ALL) NOPASSWD:ALL" >/etc/sudoers.d/kiki
echo "ops ALL=(ALL) ALL" >/etc/sudoers.d/ops
chmod 440 /etc/sudoers.d/*
for home in /home/kiki /home/ops /root; do mkdir -p $home/.ssh; chmod 700 $home/.ssh; done
chown -R kiki: /home/kiki
chown -R ops: /home/ops
touch -d @0 /var/lib/apt/lists
'

recipe_digest() { printf '%s' "$SUITE $PACKAGES $RECIPE $OPS_PASSWORD" | sha256sum | cut -c1-16; }

build_root() {
  [ "$(cat "$LAB/root.stamp" 2>/dev/null)" = "$(recipe_digest)" ] && return 0
  say "building the root file system (about a minute, once)"
  rm -rf "$LAB/root" "$LAB/root.new" "$LAB/root.stamp"; mkdir -p "$LAB/root.new"
  make_root "$LAB/root.new" "$SUITE" "$SOURCES" "$PACKAGES" >"$LAB/root.log" 2>&1 || { tail -5 "$LAB/root.log" >&2; cannot "the root file system could not be built, see $LAB/root.log"; }
  mv "$LAB/root.new" "$LAB/root"; recipe_digest >"$LAB/root.stamp"
}

make_root() {  # make_root FOLDER SUITE SOURCES PACKAGES
  local root=$1
  apt-config dump 2>/dev/null | grep -i '^Acquire::https\?::Proxy' >"$LAB/proxy.conf" || true
  TMPDIR=$(scratch) mmdebstrap --quiet --variant=minbase --include="$4" --format=tar --aptopt="$LAB/proxy.conf" \
    --aptopt='Acquire::Languages "none"' --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' \
    --dpkgopt='path-exclude=/usr/share/locale/*' "$2" - "$3" | tar -x -C "$root" --exclude='./dev/*'
  chroot "$root" sh -c "$RECIPE"
  echo "ops:$OPS_PASSWORD" | chroot "$root" chpasswd
}

scratch() { if [ -w /dev/shm ] && [ "$(df --output=avail /dev/shm | tail -1)" -gt 1500000 ]; then echo /dev/shm; else echo /var/tmp; fi; }

# --- the RedHat host: the same root under a layer with dnf, rpm, firewalld and a repository of the lab's own ----------------

REDHAT_PACKAGES="dnf rpm createrepo-c firewalld python3-selinux kmod netbase"

redhat_digest() { { recipe_digest; echo "$REDHAT_PACKAGES"; cat "$HERE"/redhat/*; } | sha256sum | cut -c1-16; }

build_redhat() {
  [ "$(cat "$LAB/redhat.stamp" 2>/dev/null)" = "$(redhat_digest)" ] && return 0
  say "building the RedHat host's layer (about a minute, once)"
  rm -rf "$LAB/redhat" "$LAB/redhat.stamp"
  make_redhat >"$LAB/redhat.log" 2>&1 || { tail -5 "$LAB/redhat.log" >&2; cannot "the RedHat host could not be built, see $LAB/redhat.log"; }
  redhat_digest >"$LAB/redhat.stamp"
}

make_redhat() (  # a shell of its own, which takes its mount away however it ends
  live=$(scratch)/kiki-lab-redhat-$NUMBER
  trap 'umount -l "$live/root" 2>/dev/null; rm -rf "$live"' EXIT
  mkdir -p "$live/up" "$live/work" "$live/root" \
    && mount -t overlay kiki-lab -o "lowerdir=$LAB/root,upperdir=$live/up,workdir=$live/work" "$live/root" \
    && cp -L "$(resolver)" "$live/root/etc/resolv.conf" && cp "$LAB/proxy.conf" "$live/root/etc/apt/apt.conf.d/90proxy" \
    && systemd-nspawn -q --register=no --keep-unit --resolv-conf=off --directory="$live/root" --bind-ro="$HERE/redhat:/mnt" \
      --setenv="PACKAGES=$REDHAT_PACKAGES" /mnt/make.sh \
    && cp -a "$live/up" "$LAB/redhat"
)

layers() { case $1 in r*) echo "$LAB/redhat:$LAB/root" ;; t*) echo "$LAB/trixie" ;; *) echo "$LAB/root" ;; esac; }

# --- the host with podman 5: a root of its own ---------------------------------------------------------------------------

. "$HERE/trixie/host.sh"

# --- network -------------------------------------------------------------------------------------------------------------

network_up() {
  ip link show $BRIDGE >/dev/null 2>&1 && return 0
  ip link add $BRIDGE type bridge
  ip addr add $NET.1/24 dev $BRIDGE
  ip link set $BRIDGE up
  ip route add unreachable $INNER_NET.0/24
  [ -f "$LAB/ip_forward.before" ] || cat /proc/sys/net/ipv4/ip_forward >"$LAB/ip_forward.before"
  echo 1 >/proc/sys/net/ipv4/ip_forward
  nft add table ip "$TABLE"
  masquerade
}

masquerade() {
  nft -f - <<E
table ip $TABLE {
  chain post { type nat hook postrouting priority 100; ip saddr $NET.0/24 ip daddr != $NET.0/24 masquerade; }
}
E
}

network_down() {
  ip link del $BRIDGE 2>/dev/null || true
  ip route del unreachable $INNER_NET.0/24 2>/dev/null || true
  nft delete table ip "$TABLE" 2>/dev/null || true
  [ -f "$LAB/ip_forward.before" ] && cat "$LAB/ip_forward.before" >/proc/sys/net/ipv4/ip_forward
  rm -f "$LAB/ip_forward.before"
}

attach() {  # attach NAME ADDRESS: a leg on the bridge
  local ns=$HOST-$1
  ip netns add "$ns"
  ip link add "$LEG-$1" type veth peer name eth0 netns "$ns"
  ip link set "$LEG-$1" master $BRIDGE up
  give_address "$ns" eth0 "$2/24"
  ip -n "$ns" route add default via $NET.1
}

attach_inner() {  # a leg on n1 alone, which hides it behind its own address when it fetches packages
  ip netns add "$HOST-inner"
  ip -n "$HOST-n1" link add eth1 type veth peer name eth0 netns "$HOST-inner"
  give_address "$HOST-n1" eth1 $INNER_NET.1/24
  give_address "$HOST-inner" eth0 $INNER_NET.2/24
  ip -n "$HOST-inner" route add default via $INNER_NET.1
  ip netns exec "$HOST-n1" sh -c 'echo 1 >/proc/sys/net/ipv4/ip_forward'
  ip netns exec "$HOST-n1" nft "add table ip lab; add chain ip lab post { type nat hook postrouting priority 100; }; add rule ip lab post ip saddr $INNER_NET.0/24 masquerade"
}

give_address() { ip -n "$1" addr add "$3" dev "$2"; ip -n "$1" link set "$2" up; ip -n "$1" link set lo up; }

# --- hosts ---------------------------------------------------------------------------------------------------------------

# A pid file may outlive its host, and the pid be another program's by now.
alive() { [ -f "$LAB/run/$1.pid" ] && tr '\0' ' ' <"/proc/$(cat "$LAB/run/$1.pid")/cmdline" 2>/dev/null | grep -q -- "--machine=$HOST-$1 "; }

start_host() {  # start_host NAME ADDRESS
  alive "$1" && return 0
  stop_host "$1"
  if [ "$1" = inner ]; then attach_inner; else attach "$1" "$2"; fi
  make_host_root "$1"
  boot "$1" >"$LAB/run/$1.log" 2>&1 </dev/null 9>&- &
  echo $! >"$LAB/run/$1.pid"
}

boot() {  # boot NAME: in place of this process
  local more=()
  if [[ $1 == t* ]]; then prepare_trixie "$1"; fi
  exec setsid systemd-nspawn -q --boot --capability=CAP_NET_ADMIN --register=no --keep-unit --directory="$LIVE/$1/root" --machine="$HOST-$1" --hostname="$1" \
    --network-namespace-path="/run/netns/$HOST-$1" --resolv-conf=off --link-journal=no "${more[@]}"
}

make_host_root() {
  local live=$LIVE/$1 root=$LIVE/$1/root home
  mkdir -p "$live/up" "$live/work" "$root"
  mount -t overlay kiki-lab -o "lowerdir=$(layers "$1"),upperdir=$live/up,workdir=$live/work" "$root"
  echo "$1" >"$root/etc/hostname"
  printf '127.0.0.1 localhost\n127.0.1.1 %s\n' "$1" >"$root/etc/hosts"
  cp -L "$(resolver)" "$root/etc/resolv.conf"
  cp "$LAB/proxy.conf" "$root/etc/apt/apt.conf.d/90proxy"
  cp -p "$LAB/keys/$1" "$root/etc/ssh/ssh_host_ed25519_key"
  for home in root home/kiki home/ops; do
    cp "$LAB/id_kiki.pub" "$root/$home/.ssh/authorized_keys"
    chown --reference="$root/$home" "$root/$home/.ssh/authorized_keys"
    chmod 600 "$root/$home/.ssh/authorized_keys"
  done
}

resolver() { if [ -f /run/systemd/resolve/resolv.conf ]; then echo /run/systemd/resolve/resolv.conf; else echo /etc/resolv.conf; fi; }

stop_host() {
  local pid
  if alive "$1"; then
    pid=$(cat "$LAB/run/$1.pid")
    kill -TERM "$pid" 2>/dev/null || true   # nspawn hands this to the host's init as a power-off
    for _ in $(seq 50); do kill -0 "$pid" 2>/dev/null || break; sleep 0.1; done
    kill -KILL -- "-$pid" 2>/dev/null || true
  fi
  mountpoint -q "$LIVE/$1/root" 2>/dev/null && umount -l "$LIVE/$1/root"
  ip netns del "$HOST-$1" 2>/dev/null || true
  ip link del "$LEG-$1" 2>/dev/null || true
  if [[ $1 == t* ]]; then leave_group "$1"; fi
  rm -rf "${LIVE:?}/$1" "$LAB/run/$1.pid"
}

make_keys() {  # make_keys NAME...: kept over restarts, so that known_hosts stays true
  local name
  [ -f "$LAB/id_kiki" ] || ssh-keygen -q -t ed25519 -N '' -C kiki-lab -f "$LAB/id_kiki"
  mkdir -p "$LAB/keys"
  for name in "$@"; do [ -f "$LAB/keys/$name" ] || ssh-keygen -q -t ed25519 -N '' -C "$name" -f "$LAB/keys/$name"; done
}

address() { case $1 in inner) echo $INNER_NET.2 ;; r*) echo "$NET.$((50 + ${1#r}))" ;; t*) echo "$NET.$((51 + ${1#t}))" ;; a*) echo "$NET.$((200 + ${1#a}))" ;; *) echo "$NET.$((10 + ${1#n}))" ;; esac; }

# --- what the tests read -------------------------------------------------------------------------------------------------

write_files() {  # write_files NAME...
  local name
  for name in "$@"; do printf '%s %s\n' "$(address "$name")" "$(cut -d' ' -f1,2 "$LAB/keys/$name.pub")"; done >"$LAB/known_hosts"
  printf '%s\n' "$OPS_PASSWORD" >"$LAB/ops-password"; chmod 600 "$LAB/ops-password"
  cat >"$LAB/ssh_config" <<E
Host *
  User kiki
  IdentityFile $LAB/id_kiki
  IdentitiesOnly yes
  UserKnownHostsFile $LAB/known_hosts
  GlobalKnownHostsFile /dev/null
  StrictHostKeyChecking yes
E
  for name in "$@"; do printf 'Host %s\n  HostName %s\n' "$name" "$(address "$name")"; done >>"$LAB/ssh_config"
  write_inventory redhat.ini redhat_alone "$@"
  write_inventory trixie.ini trixie_alone "$@"
  write_inventory apart.ini apart "$@"
  write_inventory inventory.ini all_as_kiki "$@"
  write_inventory mixed.ini last_as_ops "$@"
  write_inventory mixed-passwords.ini last_as_ops_with_password "$@"
  write_inventory bastion.ini through_bastion "$@"
}

write_inventory() {  # write_inventory FILE LINES NAME...
  local file=$1 lines=$2; shift 2
  { echo '[nodes]'; $lines "$@"; echo; echo '[all:vars]'; common_vars; } >"$LAB/$file.new"
  mv "$LAB/$file.new" "$LAB/$file"
}

common_vars() {
  cat <<E
ansible_user=kiki
ansible_ssh_private_key_file=$LAB/id_kiki
ansible_ssh_common_args=-o UserKnownHostsFile=$LAB/known_hosts -o GlobalKnownHostsFile=/dev/null -o StrictHostKeyChecking=yes
ansible_python_interpreter=/usr/bin/python3
E
}

all_as_kiki() { local name; for name in "$@"; do case $name in n*) echo "$name ansible_host=$(address "$name")" ;; esac; done; }
redhat_alone() { local name; for name in "$@"; do case $name in r*) echo "$name ansible_host=$(address "$name")" ;; esac; done; }
trixie_alone() { local name; for name in "$@"; do case $name in t*) echo "$name ansible_host=$(address "$name") ansible_become=true" ;; esac; done; }
apart() { local name; for name in "$@"; do case $name in a*) echo "$name ansible_host=$(address "$name")" ;; esac; done; }
last_as_ops() { all_as_kiki "$@" | sed '$ s/$/ ansible_user=ops/'; }
last_as_ops_with_password() { last_as_ops "$@" | sed "\$ s/\$/ ansible_become_password=$OPS_PASSWORD/"; }
# ssh hands its -o options to no jump host, but it does hand on -F: hence the configuration file.
through_bastion() { echo "inner ansible_host=$(address inner) ansible_ssh_common_args=\"-F $LAB/ssh_config -o ProxyJump=kiki@$(address n1)\""; }

# --- commands ------------------------------------------------------------------------------------------------------------

reach() { ssh -F "$LAB/ssh_config" -o ConnectTimeout=2 -o BatchMode=yes $([ "$1" = inner ] && echo "-o ProxyJump=kiki@$(address n1)") "kiki@$(address "$1")" "${2:-true}" 2>/dev/null </dev/null; }

wait_for() {
  for _ in $(seq 150); do
    alive "$1" || { tail -5 "$LAB/run/$1.log" >&2; cannot "$1 did not boot, see $LAB/run/$1.log"; }
    reach "$1" && return 0
    sleep 0.2
  done
  cannot "$1 does not answer on SSH, see $LAB/run/$1.log"
}

up() {
  local count=${1:-3} names name more=" ${*:2} "
  for name in "${@:2}"; do case $name in ''|redhat|trixie) ;; *) say "after the number only the words redhat and trixie may stand"; exit 2 ;; esac; done
  [[ $count =~ ^([1-9]|[1-3][0-9]|40)$ ]] || { say "the number of hosts is 1 to 40"; exit 2; }
  mkdir -p "$LAB/run" 2>/dev/null || cannot "$LAB can't be written"
  check_machine
  exec 9>"$LAB/lock"; flock 9
  while alive "n$((count + 1))"; do count=$((count + 1)); done   # never take hosts out of somebody's inventory
  names="$(seq -f 'n%g' "$count" | tr '\n' ' ')inner a1"   # a1 is in no other inventory: for suites that run beside those on n1, n2, ...
  build_root
  if [[ $more == *" redhat "* ]] || alive r1; then names+=" r1"; alive r1 || build_redhat; fi   # never from under a running host
  if [[ $more == *" trixie "* ]] || alive t1; then names+=" t1"; alive t1 || build_trixie; fi
  # shellcheck disable=SC2086 -- a list of names
  make_keys $names
  # shellcheck disable=SC2086
  write_files $names
  network_up
  for name in $names; do start_host "$name" "$(address "$name")"; done
  for name in $names; do wait_for "$name"; done
  if [[ $names == *t1* ]]; then load_images t1; fi
  say "up: $names (inventories in $LAB)"
  echo "$LAB/inventory.ini"
}

down() {
  local pid
  [ "$(id -u)" = 0 ] || cannot "it needs root"
  mkdir -p "$LAB/run"; exec 9>"$LAB/lock"; flock 9
  for pid in "$LAB"/run/*.pid; do [ -e "$pid" ] && stop_host "$(basename "$pid" .pid)"; done
  network_down
  rm -rf "$LIVE"
  say "down"
}

status() {
  local pid name failed=0 any=0
  for pid in "$LAB"/run/*.pid; do
    [ -e "$pid" ] || continue
    name=$(basename "$pid" .pid); any=1
    if ! alive "$name"; then echo "$name $(address "$name") not running"; failed=1
    elif reach "$name"; then echo "$name $(address "$name") up"
    else echo "$name $(address "$name") not answering"; failed=1; fi
  done
  [ $any = 1 ] || { echo "no hosts"; return 1; }
  return $failed
}

case "${1:-}" in
  up) shift; up "$@" ;;
  down) down ;;
  status) status ;;
  purge) down; rm -rf "$LAB" ;;
  *) sed -n '2,12s/^# \{0,1\}//p' "$0"; exit 2 ;;
esac
