#!/bin/bash
# A real Kubernetes control plane on this machine for the live tests: etcd, API server, controller manager and scheduler,
# built from Debian's own source package. It has no node: what is created is kept and scheduled nowhere. With the word
# `node` after the command it is another cluster, beside that one, which has a node: a kubelet and Debian's containerd.
#
#   labs/kube.sh up [node]      start it; the last line is the path of its kubeconfig
#   labs/kube.sh status [node]  what runs; exits 0 when all of it does
#   labs/kube.sh down [node]    stop everything and forget what was in the cluster; the programs stay
#   labs/kube.sh purge [node]   down, and drop what was kept; without `node` that is the programs, too
#
# Needs root on Debian; installs the Debian packages it lacks. The first time compiles for ten minutes. Exits 77 with the
# reason where it can't run. Files are under ${KIKI_LAB:-/var/tmp/kiki-lab}/kube and kube-node, see labs/README.md.
set -euo pipefail

HERE=$(dirname "$(realpath "${BASH_SOURCE[0]}")")
BIN=${KIKI_LAB:-/var/tmp/kiki-lab}/kube/bin BUILD=${KIKI_LAB:-/var/tmp/kiki-lab}/kube/build
LAB=${KIKI_LAB:-/var/tmp/kiki-lab}/kube
LIVE=${KIKI_KUBE_LIVE:-/dev/shm/kiki-lab-kube}   # etcd and the keys: memory, as etcd's many fsyncs are slow on disks
SERVER=127.0.0.1 PORT=16443 ETCD_PORT=12379 ETCD_PEERS=12380
PROGRAMS="kube-apiserver kube-controller-manager kube-scheduler kubectl"
SERVICES="scheduler controller-manager apiserver etcd"   # in the order in which they are stopped
NEEDED="etcd:etcd-server openssl:openssl curl:curl flock:util-linux"
WITH_NODE=""
if [ "${2:-}" = node ]; then
  WITH_NODE=node LAB=$LAB-node LIVE=$LIVE-node
  SERVER=10.125.0.1 PORT=16543 ETCD_PORT=12479 ETCD_PEERS=12480   # the server's address is one that the node reaches, too
  PROGRAMS+=" kubelet" SERVICES="node $SERVICES"
  NEEDED+=" containerd:containerd runc:runc /usr/lib/cni/bridge:containernetworking-plugins ip:iproute2 iptables:iptables python3:python3"
  export NO_PROXY="${NO_PROXY:+$NO_PROXY,}10.125.0.0/30" no_proxy="${no_proxy:+$no_proxy,}10.125.0.0/30"
fi
LOG=$LAB/log RUN=$LAB/run PKI=$LIVE/pki
KUBE_VERSION=v1.20.2                             # Debian 12's

say() { printf 'kube lab: %s\n' "$*" >&2; }
cannot() { say "can't run here: $*"; exit 77; }
fail() { say "$*"; exit 1; }
# begin LOG COMMAND...: until its first error, which a function on the left of || would pass over. Then: wait $job || ...
begin() { local log=$1; shift; "$@" >"$LOG/$log.log" 2>&1 & job=$!; }

. "$HERE/packages.sh"
. "$HERE/kube/node.sh"

# --- the machine -------------------------------------------------------------------------------------------------------

check_machine() {
  local port
  [ "$(uname -s)" = Linux ] || cannot "it needs Linux"
  [ "$(id -u)" = 0 ] || cannot "it needs root, to install Debian's packages"
  [ "$(. /etc/os-release; echo "${ID:-}")" = debian ] || cannot "it is built from Debian's source package"
  install_missing "$NEEDED"
  for port in $PORT $ETCD_PORT $ETCD_PEERS; do taken "$port" && cannot "something else listens on 127.0.0.1:$port"; done
  [ -z "$WITH_NODE" ] || check_node_machine
}

# --- the programs, built once ----------------------------------------------------------------------------------------------

build() {
  local name missing=""
  mkdir -p "$BIN"; exec 8>"$BIN/../build.lock"; flock 8   # the cluster with a node and the other share them
  for name in $PROGRAMS; do [ -x "$BIN/$name" ] || missing+=" $name"; done
  [ -n "$missing" ] || { exec 8>&-; return 0; }
  install_missing "/usr/lib/go-1.19/bin/go:golang-1.19-go dpkg-source:dpkg-dev"
  begin source fetch_source; wait $job || cannot "Debian's source package can't be had: $(tail -1 "$LOG/source.log")"
  say "compiling$missing (ten minutes, once)"
  begin build compile "$missing"; wait $job || fail "the programs can't be built, see $LOG/build.log"
  rm -rf "$BUILD"; exec 8>&-
}

# With this machine's own Debian mirror, its source packages switched on, and package lists of the lab's own.
fetch_source() (
  set -e
  mkdir -p "$BUILD/apt/lists/partial" "$BUILD/src/k8s.io/kubernetes"
  cd "$BUILD"
  local list
  list=$({ ls /etc/apt/sources.list.d/debian.sources /etc/apt/sources.list 2>/dev/null || true; } | head -1)  # one of them is enough
  case $list in
    *.sources) sed 's/^Types:.*/Types: deb-src/' "$list" >apt/debian.sources; list=debian.sources ;;
    *) sed -n 's/^deb /deb-src /p' "$list" >apt/sources.list; list=sources.list ;;
  esac
  printf 'Dir::Etc::sourcelist "%s/apt/%s";\nDir::Etc::sourceparts "-";\nDir::State::lists "%s/apt/lists";\n' "$PWD" "$list" "$PWD" >apt/apt.conf
  export APT_CONFIG=$PWD/apt/apt.conf
  apt-get -q update
  apt-get -q source --download-only kubernetes
  tar -C src/k8s.io/kubernetes --strip-components=1 -xf kubernetes_*.orig.tar.gz
)

compile() (  # compile PROGRAMS
  set -e
  export PATH=/usr/lib/go-1.19/bin:$PATH GO111MODULE=off GOPROXY=off CGO_ENABLED=0 GOCACHE=$BUILD/cache GOPATH=$BUILD
  cd "$BUILD/src/k8s.io/kubernetes"
  describe_types
  mkdir -p "$BIN"
  local name base=k8s.io/kubernetes/vendor/k8s.io/component-base/version
  for name in $1; do
    nice -n 10 go build -ldflags "-s -w -X $base.gitVersion=$KUBE_VERSION -X $base.gitMajor=1 -X $base.gitMinor=20" -o "$BUILD/$name" "./cmd/$name"
    mv "$BUILD/$name" "$BIN/$name"
  done
)

describe_types() {  # the one generated file that the source lacks
  local file=zz_generated.openapi folders
  [ ! -f pkg/generated/openapi/$file.go ] || return 0
  go build -o "$BUILD/openapi-gen" ./vendor/k8s.io/kube-openapi/cmd/openapi-gen
  folders=$(grep -rl --include=*.go '+k8s:openapi-gen=' pkg staging/src/k8s.io vendor/k8s.io/kube-openapi \
    | grep -vE '_test|/testdata/|sample-|code-generator|/build/' | xargs -n1 dirname | sort -u \
    | sed 's#^staging/src/#vendor/#; s#^#k8s.io/kubernetes/#' | paste -sd,)
  "$BUILD/openapi-gen" --go-header-file hack/boilerplate/boilerplate.generatego.txt --input-dirs "$folders" \
    --output-package k8s.io/kubernetes/pkg/generated/openapi --output-file-base $file --output-base "$BUILD/src" \
    --report-filename "$BUILD/violations.txt"
}

# --- processes -----------------------------------------------------------------------------------------------------------

# A pid file may outlive its process, and the pid be another program's by now: the kernel's start time tells.
born() { local stat; stat=$(cat "/proc/$1/stat" 2>/dev/null) || return 1; set -- ${stat##*) }; [ "$1" != Z ] && echo "${20}"; }
alive() { local pid since; [ -f "$RUN/$1.pid" ] && read -r pid since <"$RUN/$1.pid" && [ "$(born "$pid")" = "$since" ]; }

start() {  # start NAME COMMAND...: a process that leads a session of its own
  local name=$1; shift
  setsid "$@" >"$LOG/$name.log" 2>&1 </dev/null 8>&- 9>&- &
  echo "$! $(born $!)" >"$RUN/$name.pid"
}

wait_for() {  # wait_for SECONDS NAME COMMAND...
  local seconds=$1 name=$2; shift 2
  for _ in $(seq $((seconds * 4))); do
    "$@" >/dev/null 2>&1 && return 0
    alive "$name" || { tail -3 "$LOG/$name.log" >&2; fail "$name ended, see $LOG/$name.log"; }
    sleep 0.25
  done
  fail "$name does not answer after $seconds s, see $LOG/$name.log"
}

stop() {  # stop NAME [SIGNAL]
  local pid since
  if alive "$1"; then
    read -r pid since <"$RUN/$1.pid"
    kill "-${2:-TERM}" "$pid" 2>/dev/null || true
    for _ in $(seq 50); do alive "$1" || break; sleep 0.1; done
    ! alive "$1" || kill -KILL "$pid" 2>/dev/null || true
  fi
  rm -f "$RUN/$1.pid"
}

# --- the cluster -----------------------------------------------------------------------------------------------------------

make_keys() {
  mkdir -p -m 700 "$PKI"
  openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj /CN=kiki-lab -keyout "$PKI/ca.key" -out "$PKI/ca.crt"
  certificate apiserver /CN=kube-apiserver "IP:127.0.0.1,IP:$SERVER,IP:10.96.0.1,DNS:localhost,DNS:kubernetes,DNS:kubernetes.default.svc"
  certificate admin /O=system:masters/CN=kiki-admin
  certificate controller-manager /CN=system:kube-controller-manager
  certificate scheduler /CN=system:kube-scheduler
  [ -z "$WITH_NODE" ] || make_node_keys
  openssl genrsa -out "$PKI/accounts.key" 2048
  openssl rsa -in "$PKI/accounts.key" -pubout -out "$PKI/accounts.pub"
}

certificate() {  # certificate NAME SUBJECT [NAMES]
  openssl req -newkey rsa:2048 -nodes -subj "$2" -keyout "$PKI/$1.key" -out "$PKI/$1.csr"
  printf 'extendedKeyUsage=clientAuth,serverAuth\n%s\n' "${3:+subjectAltName=$3}" >"$PKI/$1.ext"
  openssl x509 -req -in "$PKI/$1.csr" -CA "$PKI/ca.crt" -CAkey "$PKI/ca.key" -CAcreateserial -days 30 -extfile "$PKI/$1.ext" -out "$PKI/$1.crt"
}

write_kubeconfig() {  # write_kubeconfig NAME FILE
  (umask 077; cat >"$2" <<E
apiVersion: v1
kind: Config
clusters: [{name: kiki, cluster: {server: "https://$SERVER:$PORT", certificate-authority: $PKI/ca.crt}}]
users: [{name: $1, user: {client-certificate: $PKI/$1.crt, client-key: $PKI/$1.key}}]
contexts: [{name: kiki, context: {cluster: kiki, user: $1}}]
current-context: kiki
E
  )
}

start_cluster() {
  local name to_node=()
  [ -z "$WITH_NODE" ] || to_node=(--kubelet-client-certificate="$PKI/admin.crt" --kubelet-client-key="$PKI/admin.key"
    --kubelet-certificate-authority="$PKI/ca.crt" --kubelet-preferred-address-types=InternalIP)
  write_kubeconfig admin "$LAB/kubeconfig"
  [ -z "$WITH_NODE" ] || make_node_network
  for name in controller-manager scheduler; do write_kubeconfig $name "$LIVE/$name.kubeconfig"; done
  start etcd etcd --data-dir "$LIVE/etcd" --listen-client-urls http://127.0.0.1:$ETCD_PORT --advertise-client-urls http://127.0.0.1:$ETCD_PORT \
    --listen-peer-urls http://127.0.0.1:$ETCD_PEERS --initial-advertise-peer-urls http://127.0.0.1:$ETCD_PEERS \
    --initial-cluster default=http://127.0.0.1:$ETCD_PEERS --unsafe-no-fsync
  start apiserver "$BIN/kube-apiserver" --etcd-servers=http://127.0.0.1:$ETCD_PORT --bind-address=$SERVER --advertise-address=192.0.2.2 \
    --secure-port=$PORT --tls-cert-file="$PKI/apiserver.crt" --tls-private-key-file="$PKI/apiserver.key" --client-ca-file="$PKI/ca.crt" \
    --service-account-key-file="$PKI/accounts.pub" --service-account-signing-key-file="$PKI/accounts.key" \
    --service-account-issuer=https://kubernetes.default.svc --service-cluster-ip-range=10.96.0.0/16 --authorization-mode=Node,RBAC \
    --endpoint-reconciler-type=none "${to_node[@]}"
  wait_for 120 apiserver kubectl get --raw /readyz
  start controller-manager "$BIN/kube-controller-manager" --kubeconfig="$LIVE/controller-manager.kubeconfig" \
    --service-account-private-key-file="$PKI/accounts.key" --root-ca-file="$PKI/ca.crt" --use-service-account-credentials=true --leader-elect=false \
    --port=0 --secure-port=0
  start scheduler "$BIN/kube-scheduler" --kubeconfig="$LIVE/scheduler.kubeconfig" --leader-elect=false --port=0 --secure-port=0
  wait_for 60 controller-manager kubectl -n default get serviceaccount default
  [ -z "$WITH_NODE" ] || start_node
}

kubectl() { "$BIN/kubectl" --kubeconfig "$LAB/kubeconfig" "$@"; }

fill() {
  kubectl create namespace demo
  kubectl create namespace monitoring
  kubectl -n demo create deployment web --image="$(if [ -n "$WITH_NODE" ]; then echo $BUSYBOX; else echo nginx:1.27; fi)"
}

# --- commands ------------------------------------------------------------------------------------------------------------

all_alive() { local name; for name in $SERVICES; do alive "$name" || return 1; done; }

forget() {
  local name
  [ -z "$WITH_NODE" ] || stop node KILL   # it passes no other signal on, and has nothing to keep
  for name in $SERVICES; do stop "$name"; done
  [ -z "$WITH_NODE" ] || forget_node
  rm -rf "$LIVE" "$LAB/kubeconfig"
}

up() {
  mkdir -p "$RUN" "$LOG" 2>/dev/null || cannot "$LAB can't be written"
  exec 9>"$LAB/lock"; flock 9
  if ! all_alive; then
    forget
    check_machine
    build
    if [ -n "$WITH_NODE" ]; then begin images make_node_images; wait $job || cannot "the node's images can't be made, see $LOG/images.log"; fi
    begin keys make_keys; wait $job || fail "the keys can't be made, see $LOG/keys.log"
    start_cluster
    begin fill fill; wait $job || fail "the cluster can't be filled, see $LOG/fill.log"
  fi
  [ -e "$LAB/bin" ] || ln -s "$BIN" "$LAB/bin"   # of the cluster with a node
  say "up (kubeconfig $LAB/kubeconfig, kubectl in $BIN)"
  echo "$LAB/kubeconfig"
}

down() {
  mkdir -p "$RUN"; exec 9>"$LAB/lock"; flock 9
  forget
  say "down"
}

status() {
  local name failed=0
  for name in $SERVICES; do alive "$name" && echo "$name up" || { echo "$name not running"; failed=1; }; done
  return $failed
}

case "${1:-}" in
  up) up ;;
  down) down ;;
  status) status ;;
  purge) down; rm -rf "$LAB" ;;
  *) sed -n '2,12s/^# \{0,1\}//p' "$0"; exit 2 ;;
esac
