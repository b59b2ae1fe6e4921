#!/bin/bash
# Gives a server of the OpenStack lab, which Nova's fake driver only pretends to start, a real system: a Debian of the
# hosts lab with systemd and sshd, in a network namespace whose interface is the server's own port. OVN's switches,
# routers, floating IPs and security groups then really act on it.
#
#   labs/ovn.sh up SERVER PROJECT     wait for the server and its floating IP, boot it; the last line is its floating IP
#   labs/ovn.sh down SERVER           stop it and take its interface away; before the server is deleted, or after
#
# Needs root, labs/openstack.sh up, and the root file system that labs/hosts.sh has built once. Exits 77 with the reason
# where it can't run. Files are under ${KIKI_LAB:-/var/tmp/kiki-lab}/ovn. All these servers have one host key, and while any
# is up a line in /etc/ssh/ssh_known_hosts has it for every address of the external network (TEST-NET-2, nobody else's):
# it has to be known before a floating IP is given out.
set -euo pipefail

LAB=${KIKI_LAB:-/var/tmp/kiki-lab}
OS=$LAB/openstack HOSTS=$LAB/hosts OVN=$LAB/ovn
LIVE=${KIKI_OVN_LIVE:-/dev/shm/kiki-lab-ovn}
OUTSIDE=198.51.100.1/24                          # of the machine itself, on the external network: the gateway there
KNOWN=/etc/ssh/ssh_known_hosts MARK=kiki-lab-ovn
WAIT_S=900
export OVS_RUNDIR=$OS/run/ovs
vsctl() { ovs-vsctl --db="unix:$OS/run/ovs/db.sock" --timeout=20 "$@"; }

say() { printf 'ovn lab: %s\n' "$*" >&2; }
cannot() { say "can't run here: $*"; exit 77; }

check_machine() {
  [ "$(id -u)" = 0 ] || cannot "it needs root, for network namespaces and systemd-nspawn"
  [ -S "$OS/run/ovs/db.sock" ] || cannot "the OpenStack lab is not up: labs/openstack.sh up"
  { [ -f "$HOSTS/root.stamp" ] && [ -f "$HOSTS/id_kiki.pub" ]; } || cannot "the hosts lab has built no root yet: labs/hosts.sh up"
  command -v systemd-nspawn >/dev/null || cannot "there is no systemd-nspawn"
}

make_key() {
  mkdir -p "$OVN/run"
  [ -f "$OVN/host_key" ] || ssh-keygen -q -t ed25519 -N '' -C kiki-ovn -f "$OVN/host_key"
  grep -qsF "$MARK" "$KNOWN" || printf '198.51.100.* %s %s\n' "$(cut -d' ' -f1,2 "$OVN/host_key.pub")" "$MARK" >>"$KNOWN"
}

leave_nothing() {
  if ls "$OVN"/run/*.pid >/dev/null 2>&1; then return 0; fi
  ip addr del "$OUTSIDE" dev br-ex 2>/dev/null || true
  if [ -f "$KNOWN" ]; then sed -i "/ $MARK\$/d" "$KNOWN"; fi
  [ -s "$KNOWN" ] || rm -f "$KNOWN"
}

# The port's id, MAC and fixed address, its gateway, and the floating IP; nothing while any of them is missing.
asked() {
  "$OS/venv/bin/python" - "$1" "$2" "$OS/clouds.yaml" <<'E'
import sys, openstack
config = openstack.config.OpenStackConfig(config_files=[sys.argv[3]], load_envvars=False)
cloud = openstack.connection.Connection(config=config.get_one("kiki-admin"))
project = cloud.identity.find_project(sys.argv[2])
for server in cloud.compute.servers(all_projects=True, name=f"^{sys.argv[1]}$") if project else ():
    if server.project_id == project.id:
        for port in cloud.network.ports(device_id=server.id):
            for floating in cloud.network.ips(port_id=port.id):
                fixed = port.fixed_ips[0]["ip_address"]
                gateway = cloud.network.get_subnet(port.fixed_ips[0]["subnet_id"]).gateway_ip
                print(port.id, port.mac_address, fixed, gateway, floating.floating_ip_address)
E
}

wait_for_server() {
  local until=$((SECONDS + WAIT_S)) found
  while [ $SECONDS -lt $until ]; do
    found=$(asked "$1" "$2" 2>/dev/null | head -1) || true
    [ -n "$found" ] && { echo "$found"; return 0; }
    sleep 2
  done
  say "there is no server $1 with a floating IP in the project $2"; exit 1
}

plug() {  # plug SERVER PORT MAC FIXED GATEWAY
  local ns=ovn-$1 tap=tap${2:0:11}
  ip netns add "$ns"
  vsctl --may-exist add-port br-int "$tap" -- set Interface "$tap" type=internal "external_ids:iface-id=$2" "external_ids:attached-mac=$3"
  for _ in $(seq 50); do ip link show "$tap" >/dev/null 2>&1 && break; sleep 0.1; done
  ip link set "$tap" netns "$ns"
  ip -n "$ns" link set lo up
  ip -n "$ns" link set "$tap" address "$3" mtu 1400 up
  ip -n "$ns" addr add "$4/24" dev "$tap"
  ip -n "$ns" route add default via "$5"
  echo "$tap" >"$OVN/run/$1.tap"
}

boot() {  # boot SERVER
  local live=$LIVE/$1 root=$LIVE/$1/root home
  mkdir -p "$live/up" "$live/work" "$root"
  mount -t overlay kiki-ovn -o "lowerdir=$HOSTS/root,upperdir=$live/up,workdir=$live/work" "$root"
  echo "$1" >"$root/etc/hostname"
  printf '127.0.0.1 localhost\n127.0.1.1 %s\n' "$1" >"$root/etc/hosts"
  install -m 600 "$OVN/host_key" "$root/etc/ssh/ssh_host_ed25519_key"
  for home in root home/kiki; do
    cp "$HOSTS/id_kiki.pub" "$root/$home/.ssh/authorized_keys"
    chown --reference="$root/$home" "$root/$home/.ssh/authorized_keys"
    chmod 600 "$root/$home/.ssh/authorized_keys"
  done
  setsid systemd-nspawn -q --boot --capability=CAP_NET_ADMIN --register=no --keep-unit --directory="$root" --machine="ovn-$1" --hostname="$1" \
    --network-namespace-path="/run/netns/ovn-$1" --resolv-conf=off --link-journal=no >"$OVN/run/$1.log" 2>&1 </dev/null &
  echo $! >"$OVN/run/$1.pid"
}

# The machine's own leg on the external network, by which it reaches floating IPs.
go_outside() { ip link set br-ex up; ip addr show dev br-ex | grep -qF "$OUTSIDE" || ip addr add "$OUTSIDE" dev br-ex; }

up() {
  local port mac fixed gateway floating
  check_machine; make_key
  if [ -e "/run/netns/ovn-$1" ]; then down "$1"; fi
  read -r port mac fixed gateway floating <<<"$(wait_for_server "$1" "$2")"
  [ -n "${floating:-}" ] || exit 1
  go_outside
  plug "$1" "$port" "$mac" "$fixed" "$gateway"
  boot "$1"
  echo "$floating"
}

alive() { [ -f "$OVN/run/$1.pid" ] && tr '\0' ' ' <"/proc/$(cat "$OVN/run/$1.pid")/cmdline" 2>/dev/null | grep -q -- "--machine=ovn-$1 "; }

down() {
  local pid
  if alive "$1"; then
    pid=$(cat "$OVN/run/$1.pid")
    kill -TERM "$pid" 2>/dev/null || true   # nspawn hands this to its init as a power-off
    for _ in $(seq 50); do kill -0 "$pid" 2>/dev/null || break; sleep 0.1; done
    kill -KILL -- "-$pid" 2>/dev/null || true
  fi
  if mountpoint -q "$LIVE/$1/root" 2>/dev/null; then umount -l "$LIVE/$1/root"; fi
  if [ -f "$OVN/run/$1.tap" ]; then vsctl --if-exists del-port br-int "$(cat "$OVN/run/$1.tap")" || true; fi
  ip netns del "ovn-$1" 2>/dev/null || true
  rm -rf "${LIVE:?}/$1" "$OVN/run/$1.pid" "$OVN/run/$1.tap"
  leave_nothing
}

case ${1:-} in
  up) [ $# = 3 ] || { say "up SERVER PROJECT"; exit 2; }; up "$2" "$3" ;;
  down) [ $# = 2 ] || { say "down SERVER"; exit 2; }; down "$2" ;;
  *) sed -n '2,12p' "$0" >&2; exit 2 ;;
esac
