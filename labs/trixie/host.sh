# The host t1 for labs/hosts.sh: Debian 13 (trixie) with its own systemd and a podman that knows Quadlet. Sourced by it,
# whose `cannot`, `mirror`, `make_root`, `reach`, $LAB and $LIVE it uses.
#
# It is a second root file system, in which containers run: with a control group of its own (version 2, which is what this
# systemd wants), memory below /var/lib/containers (overlays don't stack on overlays), and a filter that lets runtimes
# make keyrings and device filters.

TRIXIE_PACKAGES=$PACKAGES,podman,crun,conmon,netavark,aardvark-dns,catatonit,passt,nftables,busybox-static

# The kernel's controllers may be this machine's (control groups of version 1): no limit can be set then, and podman's
# own default of 2048 processes would end every container.
TRIXIE_RECIPE='
mkdir -p /etc/containers/containers.conf.d
printf "[containers]\npids_limit = 0\n" >/etc/containers/containers.conf.d/kiki-lab.conf
for number in 1 2; do
  image=/usr/local/share/kiki-lab/busybox-$number
  mkdir -p $image/bin $image/www $image/tmp; chmod 1777 $image/tmp
  cp /usr/bin/busybox $image/bin/
  for applet in $(/usr/bin/busybox --list); do [ -e $image/bin/$applet ] || ln -s busybox $image/bin/$applet; done
  echo "hello from kiki $number" >$image/www/index.html
  tar -C $image -cf $image.tar . && rm -r $image
done
'

trixie_digest() { printf '%s' "$TRIXIE_PACKAGES $RECIPE $TRIXIE_RECIPE $OPS_PASSWORD" | sha256sum | cut -c1-16; }

build_trixie() {
  [ "$(cat "$LAB/trixie.stamp" 2>/dev/null)" = "$(trixie_digest)" ] && return 0
  say "building the root file system of Debian trixie (half a minute, once)"
  rm -rf "$LAB/trixie" "$LAB/trixie.new" "$LAB/trixie.stamp"; mkdir -p "$LAB/trixie.new"
  make_trixie >"$LAB/trixie.log" 2>&1 || { tail -5 "$LAB/trixie.log" >&2; cannot "Debian trixie could not be built, see $LAB/trixie.log"; }
  mv "$LAB/trixie.new" "$LAB/trixie"; trixie_digest >"$LAB/trixie.stamp"
}

make_trixie() { make_root "$LAB/trixie.new" trixie "$(mirror)" "$TRIXIE_PACKAGES" && chroot "$LAB/trixie.new" sh -c "set -e; $TRIXIE_RECIPE"; }

mirror() {  # where apt has this machine's own release from
  apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Origin: Debian' "Codename: $SUITE" 'Component: main' | head -1
}

# Other hosts' systemd all use one group, as their processes are told apart by the version 1 tree. This one kills by group.
own_group() {  # own_group NAME: this process, and what it starts, in a control group of its own
  local base
  for base in $(group_trees); do mkdir -p "$base/$HOST-$1" && echo $BASHPID >"$base/$HOST-$1/cgroup.procs"; done
}

leave_group() {  # what is empty goes
  local base
  for base in $(group_trees); do
    [ ! -d "$base/$HOST-$1" ] || find "$base/$HOST-$1" -depth -type d -exec rmdir {} + 2>/dev/null || true
  done
}

group_trees() { local base; for base in /sys/fs/cgroup /sys/fs/cgroup/systemd /sys/fs/cgroup/unified; do [ ! -e $base/cgroup.procs ] || echo $base; done; }

prepare_trixie() {  # prepare_trixie NAME: what systemd-nspawn is told, in `more` and in the environment
  own_group "$1"
  mkdir -p "$LIVE/$1/containers"
  more=(--bind="$LIVE/$1/containers:/var/lib/containers" --system-call-filter="add_key keyctl bpf")
  export SYSTEMD_NSPAWN_UNIFIED_HIERARCHY=1 SYSTEMD_NSPAWN_API_VFS_WRITABLE=network
}

load_images() {  # load_images NAME: localhost/kiki/busybox:1 and :2, which serve different pages
  reach "$1" 'for number in 1 2; do
    image=localhost/kiki/busybox:$number
    sudo podman image exists $image || sudo podman import -q --change STOPSIGNAL=SIGKILL --change "ENV PATH=/bin" \
      --change '\''CMD ["/bin/busybox", "httpd", "-f", "-p", "8080", "-h", "/www"]'\'' /usr/local/share/kiki-lab/busybox-$number.tar $image || exit 1
  done' >/dev/null || cannot "podman on $1 could not load its images"
}
