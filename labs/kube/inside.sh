#!/bin/bash
# The node of labs/kube.sh from inside: containerd and the kubelet, with process 1 of namespaces of their own. Called by
# node.sh only. What these two mount, filter and run is gone with this process; cgroups stay, and node.sh takes them away.
#
#   inside.sh FOLDER IMAGES KUBELET KUBECONFIG KEYS NAME ADDRESS CGROUP
set -euo pipefail
D=$1 IMAGES=$2 KUBELET=$3 KUBECONFIG=$4 KEYS=$5 NAME=$6 ADDRESS=$7 CGROUP=$8
PODS=10.244.0.0/24

# What Debian's programs write outside of their own folders goes to this one.
own_folders() {
  local place
  mount -t proc proc /proc
  mount -t tmpfs tmpfs /run
  mkdir -p /run/lock
  for place in /var/lib/kubelet /var/lib/cni /var/log/pods /var/log/containers; do
    mkdir -p "$place" "$D/root$place"
    mount --bind "$D/root$place" "$place"
  done
}

# The kubelet wants these settings and would set them for the whole machine. It is shown that they are as it wants them.
leave_settings() {
  local pair file=$D/settings
  mkdir -p "$file"
  for pair in vm/overcommit_memory=1 vm/panic_on_oom=0 kernel/panic=10 kernel/panic_on_oops=1 kernel/keys/root_maxkeys=1000000 \
      kernel/keys/root_maxbytes=25000000; do
    echo "${pair#*=}" >"$file/$(basename "${pair%=*}")"
    mount --bind "$file/$(basename "${pair%=*}")" "/proc/sys/${pair%=*}"
  done
}

make_network() {   # with no way out: an image that is not here can't be had, and that is known at once
  for _ in $(seq 50); do ip link show eth0 >/dev/null 2>&1 && break; sleep 0.1; done
  ip link set lo up
  ip addr add "$ADDRESS/30" dev eth0
  ip link set eth0 up
  echo 1 >/proc/sys/net/ipv4/ip_forward     # this network namespace's own
  mkdir -p "$D/cni"
  cat >"$D/cni/10-kiki.conflist" <<C
{"cniVersion": "0.4.0", "name": "kiki", "plugins": [
  {"type": "bridge", "bridge": "cni0", "isGateway": true, "ipMasq": false, "hairpinMode": true,
   "ipam": {"type": "host-local", "ranges": [[{"subnet": "$PODS"}]], "routes": [{"dst": "0.0.0.0/0"}]}}]}
C
}

# An own runtime folder, and no OOM score lower than this process's, which needs CAP_SYS_RESOURCE.
write_containerd() {
  cat >"$D/containerd.toml" <<C
version = 2
root = "$D/containerd"
state = "/run/containerd"
disabled_plugins = ["io.containerd.snapshotter.v1.btrfs", "io.containerd.snapshotter.v1.zfs", "io.containerd.snapshotter.v1.aufs"]
[grpc]
  address = "/run/containerd/containerd.sock"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "localhost/kiki/pause:1"
  restrict_oom_score_adj = true
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/usr/lib/cni"
    conf_dir = "$D/cni"
C
}

write_kubelet() {
  cat >"$D/kubelet.yaml" <<C
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
cgroupDriver: cgroupfs
cgroupRoot: /$CGROUP
failSwapOn: false
oomScoreAdj: 0
address: $ADDRESS
authentication: {anonymous: {enabled: false}, webhook: {enabled: false}, x509: {clientCAFile: $KEYS/ca.crt}}
authorization: {mode: AlwaysAllow}
tlsCertFile: $KEYS/kubelet.crt
tlsPrivateKeyFile: $KEYS/kubelet.key
resolvConf: ""
clusterDNS: [10.96.0.10]
clusterDomain: cluster.local
enforceNodeAllocatable: []
evictionHard: {memory.available: 50Mi}
maxOpenFiles: 20000
nodeStatusUpdateFrequency: 5s
syncFrequency: 5s
volumePluginDir: $D/plugins
C
}

start_containerd() {
  containerd -c "$D/containerd.toml" >"$D/log/containerd.log" 2>&1 &
  for _ in $(seq 80); do ctr version >/dev/null 2>&1 && break; sleep 0.25; done
  local image
  for image in "$IMAGES"/*.tar; do ctr -n k8s.io images import "$image"; done
}

start_kubelet() {
  "$KUBELET" --config="$D/kubelet.yaml" --kubeconfig="$KUBECONFIG" --root-dir=/var/lib/kubelet \
    --container-runtime=remote --container-runtime-endpoint=unix:///run/containerd/containerd.sock \
    --hostname-override="$NAME" --node-ip="$ADDRESS" >"$D/log/kubelet.log" 2>&1 &
}

unset http_proxy https_proxy HTTP_PROXY HTTPS_PROXY
mkdir -p "$D/log"
own_folders
leave_settings
make_network
write_containerd
write_kubelet
start_containerd
start_kubelet
wait -n
