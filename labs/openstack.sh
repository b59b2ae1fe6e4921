#!/bin/bash
# A real OpenStack 2025.1 on this machine for the live tests: Keystone, Glance, Placement, Neutron (OVN on a userspace
# data path), Nova (its fake compute driver) and Heat, filled with a few images, flavors and networks.
#
#   labs/openstack.sh up      start it; the last line is the path of its clouds.yaml
#   labs/openstack.sh status  what runs; exits 0 when all of it does
#   labs/openstack.sh down    stop everything and forget what was in the cloud; what is installed stays
#   labs/openstack.sh purge   down, and drop what is installed under the lab's folder
#
# Needs root on Debian and about 3 GiB of memory; installs the Debian packages it lacks. Exits 77 with the reason where
# it can't run. Files are under ${KIKI_LAB:-/var/tmp/kiki-lab}/openstack, see labs/README.md.
set -euo pipefail

HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")/openstack" && pwd)
LAB=${KIKI_LAB:-/var/tmp/kiki-lab}/openstack
LIVE=${KIKI_OPENSTACK_LIVE:-/dev/shm/kiki-lab-openstack}   # databases and images: memory, as many fsyncs are slow on disks
VENV=$LAB/venv ETC=$LAB/etc RUN=$LAB/run LOG=$LAB/log
SECRET=$(cat "$LAB/secret" 2>/dev/null || true)            # made anew by every `up` of a lab that is down
COMPUTE=kiki-compute                                       # the one hypervisor
KEYSTONE=http://127.0.0.1:5000
MARIADB_PORT=13306 RABBIT_PORT=15673 RABBIT_PEERS=25673
PORTS="5000 8000 8004 8774 8778 9292 9696 $MARIADB_PORT $RABBIT_PORT"
MARK=KIKI_LAB_OPENSTACK                                    # in the environment of every process of the lab
NEEDED_MB=3000
# In the order in which they are stopped.
SERVICES="heat-cfn heat-api heat-engine nova-compute nova-api nova-scheduler nova-conductor neutron glance placement keystone
  ovn-controller northd vswitchd ovn-south ovn-north ovsdb rabbitmq mariadb"
NEEDED="rabbitmq-server:rabbitmq-server mariadbd:mariadb-server ovs-vswitchd:openvswitch-switch ovn-northd:ovn-central
  ovn-controller:ovn-host curl:curl flock:util-linux ip:iproute2"
PATH=$PATH:/usr/sbin:/sbin:/usr/lib/rabbitmq/bin

say() { printf 'openstack lab: %s\n' "$*" >&2; }
cannot() { say "can't run here: $*"; exit 77; }
fail() { say "$*"; exit 1; }

. "$HERE/../packages.sh"
. "$HERE/configure.sh"

# --- the machine -------------------------------------------------------------------------------------------------------

check_machine() {
  [ "$(uname -s)" = Linux ] || cannot "it needs Linux"
  [ "$(id -u)" = 0 ] || cannot "it needs root, for Open vSwitch's bridges and MariaDB's own user"
  [ "$(. /etc/os-release; echo "${ID:-}")" = debian ] || cannot "it has been built for Debian's packages"
  [ "$(awk '/MemAvailable/ { print int($2 / 1024) }' /proc/meminfo)" -gt $NEEDED_MB ] || cannot "it needs $NEEDED_MB MB of free memory"
  install_missing "$NEEDED"
  local port
  for port in $PORTS; do taken "$port" && cannot "something else listens on 127.0.0.1:$port"; done
  return 0
}

install_openstack() {
  local stamp
  stamp=$(sha256sum <"$HERE/requirements.txt" | cut -c1-16)
  [ "$(cat "$VENV/kiki.stamp" 2>/dev/null)" = "$stamp" ] && return 0
  say "installing OpenStack (two minutes, once)"
  rm -rf "$VENV"
  { python3 -m venv "$VENV" && install_locked "$HERE/requirements.txt"; } >"$LOG/install.log" 2>&1 \
    || cannot "OpenStack could not be installed: $(tail -1 "$LOG/install.log")"
  echo "$stamp" >"$VENV/kiki.stamp"
}

install_locked() {  # uv is several times faster than pip, where there is one
  local uv
  uv=$(command -v uv "$HERE/../../.venv-dev/bin/uv" | head -1) || true
  if [ -n "$uv" ]; then
    "$uv" pip install -q --python "$VENV/bin/python" --require-hashes -r "$1"
  else
    "$VENV/bin/python" -m pip install -q --disable-pip-version-check --require-hashes -r "$1"
  fi
}

# --- processes -----------------------------------------------------------------------------------------------------------

# A pid file may outlive its process, and the pid be another program's by now: the kernel's start time tells. Its
# environment does not, as Neutron writes its title over it.
born() { local stat; stat=$(cat "/proc/$1/stat" 2>/dev/null) || return 1; set -- ${stat##*) }; [ "$1" != Z ] && echo "${20}"; }
alive() { local pid since; [ -f "$RUN/$1.pid" ] && read -r pid since <"$RUN/$1.pid" && [ "$(born "$pid")" = "$since" ]; }

start() {  # start NAME COMMAND...: a process that leads a session of its own
  local name=$1; shift
  alive "$name" && return 0
  env "$MARK=$name" setsid "$@" >"$LOG/$name.log" 2>&1 </dev/null 9>&- &
  echo "$! $(born $!)" >"$RUN/$name.pid"
}

wait_for() {  # wait_for SECONDS NAME COMMAND...
  local seconds=$1 name=$2; shift 2
  for _ in $(seq $((seconds * 4))); do
    "$@" >/dev/null 2>&1 && return 0
    [ ! -f "$RUN/$name.pid" ] || alive "$name" || { tail -3 "$LOG/$name.log" >&2; fail "$name ended, see $LOG/$name.log"; }
    sleep 0.25
  done
  fail "$name does not answer after $seconds s, see $LOG/$name.log"
}

answers() { curl -s -o /dev/null "http://127.0.0.1:$1/"; }

# What the lab runs: the sessions of its services, and what has its mark but left them, as RabbitMQ's epmd does.
members() {
  local name pid since
  for name in $SERVICES; do
    if alive "$name"; then read -r pid since <"$RUN/$name.pid"; pgrep -s "$pid" || true; fi
  done
  grep -lzE "^$MARK=" /proc/[0-9]*/environ 2>/dev/null | cut -d/ -f3 || true
}

stop_all() {
  local signal pids
  pids=$(members | sort -u)
  for signal in TERM KILL; do   # heat-engine and Nova wait long on TERM
    # shellcheck disable=SC2086 -- a list of pids
    [ -z "$pids" ] || kill -$signal $pids 2>/dev/null || true
    for _ in $(seq 40); do pids=$(still $pids); [ -n "$pids" ] || break 2; sleep 0.1; done
  done
  rm -f "$RUN"/*.pid
}

still() { local pid; for pid in "$@"; do born "$pid" >/dev/null && echo "$pid"; done; return 0; }

# --- what OpenStack stands on --------------------------------------------------------------------------------------------

start_database() {
  if [ ! -d "$LIVE/mysql/mysql" ]; then
    install -d -o mysql -m 700 "$LIVE/mysql"
    mariadb-install-db --no-defaults --user=mysql --datadir="$LIVE/mysql" --auth-root-authentication-method=normal >"$LOG/mariadb-install.log" 2>&1 \
      || fail "MariaDB's data can't be made, see $LOG/mariadb-install.log"
  fi
  start mariadb mariadbd --no-defaults --user=mysql --datadir="$LIVE/mysql" --socket="$LIVE/mysql/socket" --port=$MARIADB_PORT \
    --bind-address=127.0.0.1 --max-connections=1000 --innodb-flush-log-at-trx-commit=0 --innodb-buffer-pool-size=128M \
    --character-set-server=utf8mb3 --skip-log-bin
}

start_broker() {
  mkdir -p "$LIVE/rabbit"
  printf 'listeners.tcp.1 = 127.0.0.1:%s\nloopback_users.guest = false\n' $RABBIT_PORT >"$LIVE/rabbit/rabbitmq.conf"
  printf '[{kernel,[{inet_dist_use_interface,{127,0,0,1}}]}].\n' >"$LIVE/rabbit/advanced.config"
  start rabbitmq env HOME="$LIVE/rabbit" RABBITMQ_NODENAME=kiki@localhost RABBITMQ_CONFIG_FILE="$LIVE/rabbit/rabbitmq.conf" \
    RABBITMQ_ADVANCED_CONFIG_FILE="$LIVE/rabbit/advanced.config" RABBITMQ_MNESIA_BASE="$LIVE/rabbit/mnesia" RABBITMQ_LOG_BASE="$LOG" \
    RABBITMQ_ENABLED_PLUGINS_FILE="$LIVE/rabbit/plugins" RABBITMQ_DIST_PORT=$RABBIT_PEERS ERL_EPMD_ADDRESS=127.0.0.1 \
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS="+S 1:1 +sbwt none" /usr/lib/rabbitmq/bin/rabbitmq-server
}

switch_environment() {
  export OVS_RUNDIR=$RUN/ovs OVN_RUNDIR=$RUN/ovn OVS_DBDIR=$LIVE/ovs OVN_DBDIR=$LIVE/ovn OVS_SYSCONFDIR=$LIVE/ovs OVN_SYSCONFDIR=$LIVE/ovn
  export OVS_LOGDIR=$LOG OVN_LOGDIR=$LOG
}

start_switch() {
  local ovs=/usr/share/openvswitch ovn=/usr/share/ovn
  switch_environment
  mkdir -p "$RUN/ovs" "$RUN/ovn" "$LIVE/ovs" "$LIVE/ovn"
  [ -f "$LIVE/ovs/conf.db" ] || ovsdb-tool create "$LIVE/ovs/conf.db" $ovs/vswitch.ovsschema
  [ -f "$LIVE/ovn/nb.db" ] || ovsdb-tool create "$LIVE/ovn/nb.db" $ovn/ovn-nb.ovsschema
  [ -f "$LIVE/ovn/sb.db" ] || ovsdb-tool create "$LIVE/ovn/sb.db" $ovn/ovn-sb.ovsschema
  start ovsdb ovsdb-server "$LIVE/ovs/conf.db" --remote="punix:$RUN/ovs/db.sock" --unixctl="$RUN/ovs/ovsdb.ctl"
  start ovn-north ovsdb-server "$LIVE/ovn/nb.db" --remote="punix:$RUN/ovn/ovnnb_db.sock" --unixctl="$RUN/ovn/ovnnb_db.ctl"
  start ovn-south ovsdb-server "$LIVE/ovn/sb.db" --remote="punix:$RUN/ovn/ovnsb_db.sock" --unixctl="$RUN/ovn/ovnsb_db.ctl"
  wait_for 10 ovsdb test -S "$RUN/ovs/db.sock"
  wait_for 10 ovn-south test -S "$RUN/ovn/ovnsb_db.sock"
  ovs-vsctl --db="unix:$RUN/ovs/db.sock" --no-wait init
  start vswitchd ovs-vswitchd "unix:$RUN/ovs/db.sock" --unixctl="$RUN/ovs/vswitchd.ctl"
  start northd ovn-northd --ovnnb-db="unix:$RUN/ovn/ovnnb_db.sock" --ovnsb-db="unix:$RUN/ovn/ovnsb_db.sock" --unixctl="$RUN/ovn/northd.ctl"
  connect_switch
  start ovn-controller ovn-controller "unix:$RUN/ovs/db.sock"
}

connect_switch() {
  ovs-vsctl --db="unix:$RUN/ovs/db.sock" --timeout=20 \
    -- --may-exist add-br br-ex -- set bridge br-ex datapath_type=netdev \
    -- set Open_vSwitch . external-ids:system-id=$COMPUTE external-ids:hostname=$COMPUTE \
       external-ids:ovn-remote="unix:$RUN/ovn/ovnsb_db.sock" external-ids:ovn-encap-type=geneve external-ids:ovn-encap-ip=127.0.0.1 \
       external-ids:ovn-bridge-datapath-type=netdev external-ids:ovn-bridge-mappings=public:br-ex \
       external-ids:ovn-cms-options=enable-chassis-as-gw >"$LOG/connect.log" 2>&1 || fail "Open vSwitch does not answer, see $LOG/connect.log"
}

chassis_known() { ovn-sbctl --db="unix:$RUN/ovn/ovnsb_db.sock" show | grep -q $COMPUTE; }

# --- OpenStack -----------------------------------------------------------------------------------------------------------

make_databases() {
  local name sql="CREATE USER IF NOT EXISTS root@'127.0.0.1'; GRANT ALL ON *.* TO root@'127.0.0.1' WITH GRANT OPTION;"
  [ ! -f "$LIVE/databases.done" ] || return 0
  for name in keystone glance placement nova_api nova nova_cell0 neutron heat; do sql+="CREATE DATABASE IF NOT EXISTS $name;"; done
  mariadb --no-defaults -uroot -S "$LIVE/mysql/socket" -e "$sql"
  fill_first >"$LOG/databases-1.log" 2>&1 & local first=$!
  fill_second >"$LOG/databases-2.log" 2>&1 & local second=$!
  wait $first || fail "the databases can't be made, see $LOG/databases-1.log"
  wait $second || fail "the databases can't be made, see $LOG/databases-2.log"
  touch "$LIVE/databases.done"
}

fill_first() (  # in a process of its own: an error ends it
  set -e
  "$VENV/bin/keystone-manage" --config-dir "$ETC/keystone" db_sync
  mkdir -p -m 700 "$ETC/keystone/fernet-keys" "$ETC/keystone/credential-keys"
  for keys in fernet_setup credential_setup; do
    "$VENV/bin/keystone-manage" --config-dir "$ETC/keystone" $keys --keystone-user root --keystone-group root
  done
  OS_BOOTSTRAP_PASSWORD=$SECRET "$VENV/bin/keystone-manage" --config-dir "$ETC/keystone" bootstrap --bootstrap-region-id RegionOne \
    --bootstrap-admin-url $KEYSTONE/v3 --bootstrap-internal-url $KEYSTONE/v3 --bootstrap-public-url $KEYSTONE/v3
  "$VENV/bin/glance-manage" --config-dir "$ETC/glance" db_sync
  "$VENV/bin/placement-manage" --config-dir "$ETC/placement" db sync
  "$VENV/bin/heat-manage" --config-dir "$ETC/heat" db_sync
)

fill_second() (
  set -e
  nova() { "$VENV/bin/nova-manage" --config-dir "$ETC/nova" "$@"; }
  nova api_db sync
  nova cell_v2 map_cell0 --database_connection "$(database_of nova_cell0)"
  nova cell_v2 create_cell --name cell1
  nova db sync
  "$VENV/bin/neutron-db-manage" --config-file "$ETC/neutron/neutron.conf" --config-file "$ETC/neutron/ml2_conf.ini" upgrade heads
)

web() {  # web NAME MODULE PORT: arguments through the environment, as Keystone's module reads sys.argv itself
  printf 'wsgi_app = "%s:application"\n' "$2" >"$RUN/$1.py"
  GUNICORN_CMD_ARGS="-c $RUN/$1.py -k gthread -w 1 --threads 4 -b 127.0.0.1:$3" start "$1" "$VENV/bin/gunicorn"
}

start_openstack() {
  local name
  cd "$LAB"
  OS_KEYSTONE_CONFIG_DIR=$ETC/keystone web keystone keystone.wsgi.api 5000
  wait_for 60 keystone answers 5000
  contents services
  OS_PLACEMENT_CONFIG_DIR=$ETC/placement web placement placement.wsgi.api 8778
  start glance "$VENV/bin/glance-api" --config-dir "$ETC/glance"
  start neutron "$VENV/bin/neutron-server" --config-file "$ETC/neutron/neutron.conf" --config-file "$ETC/neutron/ml2_conf.ini"
  for name in conductor scheduler api; do start nova-$name "$VENV/bin/nova-$name" --config-dir "$ETC/nova"; done
  start heat-engine "$VENV/bin/heat-engine" --config-dir "$ETC/heat"
  start heat-api "$VENV/bin/heat-api" --config-dir "$ETC/heat"
  start heat-cfn "$VENV/bin/heat-api-cfn" --config-dir "$ETC/heat"
  wait_for 60 placement answers 8778
  start nova-compute "$VENV/bin/nova-compute" --config-dir "$ETC/nova"
  wait_for 90 glance answers 9292; wait_for 90 neutron answers 9696; wait_for 90 nova-api answers 8774; wait_for 90 heat-api answers 8004
  wait_for 90 nova-compute compute_known
}

# The scheduler finds the hypervisor by itself, within seconds; nova-manage would take as long to start as that.
compute_known() {
  mariadb --no-defaults -uroot -S "$LIVE/mysql/socket" -Ne "SELECT host FROM nova_api.host_mappings" | grep -qx $COMPUTE
}

contents() { "$VENV/bin/python" "$HERE/contents.py" "$1" "$LAB/clouds.yaml" >"$LOG/contents-$1.log" 2>&1 || fail "the cloud can't be filled, see $LOG/contents-$1.log"; }

# --- commands ------------------------------------------------------------------------------------------------------------

all_alive() { local name; for name in $SERVICES; do alive "$name" || return 1; done; }

up() {
  mkdir -p "$RUN" "$LOG" "$ETC" 2>/dev/null || cannot "$LAB can't be written"
  exec 9>"$LAB/lock"; flock 9
  if ! all_alive; then
    forget
    check_machine
    install_openstack
    SECRET=$(head -c 18 /dev/urandom | base64 | tr -dc 'a-zA-Z0-9')
    (umask 077; echo "$SECRET" >"$LAB/secret")
    mkdir -p "$LIVE"; chmod 711 "$LIVE"
    write_configs; write_clouds
    say "starting (two minutes)"
    start_database; start_broker; start_switch
    wait_for 60 mariadb taken $MARIADB_PORT; wait_for 90 rabbitmq taken $RABBIT_PORT; wait_for 30 ovn-controller chassis_known
    make_databases
    start_openstack
    contents things
  fi
  say "up (clouds 'kiki' and 'kiki-admin' in $LAB/clouds.yaml)"
  echo "$LAB/clouds.yaml"
}

forget() {
  local device
  stop_all
  for device in br-ex br-int ovs-netdev; do ip link del $device 2>/dev/null || true; done
  rm -rf "$LIVE" "$RUN" "$ETC" "$LAB/clouds.yaml" "$LAB/secret"
  mkdir -p "$RUN" "$ETC"
}

down() {
  [ "$(id -u)" = 0 ] || cannot "it needs root"
  mkdir -p "$RUN"; exec 9>"$LAB/lock"; flock 9
  forget
  say "down"
}

status() {
  local name failed=0
  [ -d "$RUN" ] || { echo "not running"; return 1; }
  for name in $SERVICES; do alive "$name" && echo "$name up" || { echo "$name not running"; failed=1; }; done
  return $failed
}

case "${1:-}" in
  up) up ;;
  down) down ;;
  status) status ;;
  purge) down; rm -rf "$LAB" ;;
  *) sed -n '2,11s/^# \{0,1\}//p' "$0"; exit 2 ;;
esac
