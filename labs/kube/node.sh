# The node of labs/kube.sh, as seen from the machine. Read by kube.sh, whose names it uses.
#
# It is one process in a network, a process and a mount namespace of its own (inside.sh): when that ends, whatever it
# started, mounted and filtered is gone with it. A pair of addresses leads from there to the API server and back.

NODE=kiki-node NODE_ADDRESS=10.125.0.2 NODE_SPACE=kiki-kube NODE_LINK=kikikube0
NODE_FOLDERS="/var/lib/kubelet /var/lib/cni /var/log/pods /var/log/containers"   # of which the node has its own
NODE_CGROUP=kiki-lab-kube
BUSYBOX=localhost/kiki/busybox:1 PAUSE=localhost/kiki/pause:1

check_node_machine() {
  [ -d /sys/fs/cgroup/memory ] || cannot "Kubernetes 1.20 needs cgroup v1 here"
  ! ip -4 route show 10.125.0.0/30 | grep -qv "dev $NODE_LINK " || cannot "something else uses 10.125.0.0/30"
}

# Before the API server, which listens on this end of it.
make_node_network() {
  ip netns add $NODE_SPACE
  ip link add $NODE_LINK type veth peer name eth0 netns $NODE_SPACE
  ip addr add "$SERVER/30" dev $NODE_LINK
  ip link set $NODE_LINK up
}

# Busybox is fetched and not installed: the package would replace the one of the machine's own start-up.
make_node_images() {
  [ -f "$LAB/images/pause.tar" ] && return 0
  rm -rf "$LAB/images"; mkdir -p "$LAB/images/deb"
  (cd "$LAB/images/deb" && { apt-get download -qq busybox-static || { apt-get update -qq && apt-get download -qq busybox-static; }; } \
    && dpkg-deb -x busybox-static_*.deb .)
  local busybox=$LAB/images/deb/bin/busybox
  "$HERE/kube/image.py" "$busybox" "$LAB/images/busybox.tar" $BUSYBOX httpd -f -p 8080 -h /www
  "$HERE/kube/image.py" "$busybox" "$LAB/images/pause.part" $PAUSE sleep 1000000000
  rm -rf "$LAB/images/deb"
  mv "$LAB/images/pause.part" "$LAB/images/pause.tar"
}

make_node_keys() {
  certificate kubelet "/O=system:nodes/CN=system:node:$NODE" "DNS:$NODE,IP:$NODE_ADDRESS"
  write_kubeconfig kubelet "$LIVE/kubelet.kubeconfig"
}

make_node_cgroups() {
  local controller file
  for controller in /sys/fs/cgroup/*/; do
    [ ! -e "$controller/cgroup.procs" ] || mkdir -p "$controller/$NODE_CGROUP"
  done
  for file in cpuset.cpus cpuset.mems; do cat "/sys/fs/cgroup/cpuset/$file" >"/sys/fs/cgroup/cpuset/$NODE_CGROUP/$file"; done
}

# nsenter and not `ip netns exec`, which hides the machine's cgroups.
start_node() {
  make_node_cgroups
  start node nsenter --net=/run/netns/$NODE_SPACE unshare --mount --pid --fork --kill-child \
    "$HERE/kube/inside.sh" "$LIVE/node" "$LAB/images" "$BIN/kubelet" "$LIVE/kubelet.kubeconfig" "$PKI" "$NODE" "$NODE_ADDRESS" "$NODE_CGROUP"
  wait_for 90 node node_ready
}

node_ready() { [ "$(kubectl get node $NODE -o 'jsonpath={.status.conditions[?(@.type=="Ready")].status}')" = True ]; }

# After its process.
forget_node() {
  ip link del $NODE_LINK 2>/dev/null || true
  ip netns del $NODE_SPACE 2>/dev/null || true
  find /sys/fs/cgroup -depth -type d \( -name "$NODE_CGROUP" -o -path "*/$NODE_CGROUP/*" \) -exec rmdir {} + 2>/dev/null || true
  # shellcheck disable=SC2086 -- a list of folders
  rmdir $NODE_FOLDERS 2>/dev/null || true
}
