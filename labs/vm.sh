#!/bin/bash
# A virtual machine for the live tests: a whole Debian 12 with its own kernel, disks and boots, for what hosts that share
# this machine's kernel (hosts.sh) can't show: reboots, file systems, swap, NFS, kernel modules and settings, LVM, SELinux
# (with Debian's policy, permissive until a test says otherwise).
#
#   labs/vm.sh up        start it; the last line is the path of its inventory, in which it is v1
#   labs/vm.sh status    what runs; exits 0 when it answers
#   labs/vm.sh down      stop it and forget what it wrote; its image stays cached
#   labs/vm.sh purge     down, and drop the cache
#
# Needs root on Debian with an x86-64 processor; installs the Debian packages it lacks. Without KVM it is
# emulated, which takes half a minute to boot. Exits 77 with the reason where it can't run.
# Files (inventory, keys, image) are under ${KIKI_LAB:-/var/tmp/kiki-lab}/vm, see labs/README.md.
set -euo pipefail

HERE=$(cd "$(dirname "$0")" && pwd)
NUMBER=${KIKI_LAB_NUMBER:-0}                     # a second lab on the same machine: a number up to 9, and a KIKI_LAB of its own
LAB=${KIKI_LAB:-/var/tmp/kiki-lab}/vm
LIVE=${KIKI_VM_LIVE:-/dev/shm/kiki-lab-vm}       # what the machine writes to its disks: memory, as fsyncs are slow on disks
if [ "$NUMBER" != 0 ]; then LIVE=$LIVE-$NUMBER; fi
NAME=v1 PORT=$((12322 + NUMBER)) LOG=$LAB
MEMORY=768                                       # MB
ROOT_SIZE=3G DISK_SIZE=1G                        # files with holes: what is not written takes no room
SUITE=bookworm
NEEDED="qemu-system-x86_64:qemu-system-x86 mmdebstrap:mmdebstrap mke2fs:e2fsprogs ssh:openssh-client flock:util-linux"

say() { printf 'vm lab: %s\n' "$*" >&2; }
cannot() { say "can't run here: $*"; exit 77; }

. "$HERE/packages.sh"

# --- the machine under it ------------------------------------------------------------------------------------------------

check_machine() {
  [ "$(uname -s)" = Linux ] || cannot "it needs Linux"
  [ "$(uname -m)" = x86_64 ] || cannot "its kernel is for x86-64; this is $(uname -m)"
  [ "$(id -u)" = 0 ] || cannot "it needs root, to build a file system whose files have owners"
  [ "$(. /etc/os-release; echo "${ID:-}")" = debian ] || cannot "it is built from this machine's own package mirror, which must be Debian's"
  install_missing "$NEEDED"
}

# /dev/kvm alone is not enough: where the processor has no virtualization of its own (a cloud's machine with PVM), KVM works for
# kernels made for that only; Debian's stops with an internal error of KVM.
has_kvm() { [ -r /dev/kvm ] && [ -w /dev/kvm ] && grep -qE '^flags.* (vmx|svm)( |$)' /proc/cpuinfo; }

# --- the image, built once -----------------------------------------------------------------------------------------------

PACKAGES=linux-image-cloud-amd64,systemd,systemd-sysv,udev,dbus,openssh-server,python3,python3-apt,sudo,iproute2,kmod,ca-certificates,cron
PACKAGES+=,lvm2,thin-provisioning-tools,nfs-kernel-server,nfs-common,xfsprogs,e2fsprogs,parted,fdisk,util-linux-extra
PACKAGES+=,selinux-policy-default,policycoreutils,selinux-utils,python3-selinux,python3-semanage

# Runs inside the new root. The network of qemu's own is always this one. The timers would take apt's lock at times of their own.
# SELinux's labels are set by hand, as setfiles wants /proc: what comes into the root after them has none, and sshd could not
# read its key where SELinux enforces.
RECIPE='
set -e
printf "[Match]\nName=eth0\n[Network]\nAddress=10.0.2.15/24\nGateway=10.0.2.2\n" >/etc/systemd/network/eth0.network
echo nameserver 10.0.2.3 >/etc/resolv.conf
systemctl -q enable systemd-networkd ssh
for unit in apt-daily.timer apt-daily-upgrade.timer e2scrub_reap.service systemd-networkd-wait-online.service; do ln -sf /dev/null /etc/systemd/system/$unit; done
echo "/dev/vda / ext4 errors=remount-ro 0 1" >/etc/fstab
echo v1 >/etc/hostname
printf "127.0.0.1 localhost\n127.0.1.1 v1\n" >/etc/hosts
rm -f /etc/ssh/ssh_host_*
install -m 600 /tmp/host_key /etc/ssh/ssh_host_ed25519_key
useradd -m -s /bin/bash kiki
echo "kiki ALL=(ALL) NOPASSWD:ALL" >/etc/sudoers.d/kiki
chmod 440 /etc/sudoers.d/kiki
for home in /home/kiki /root; do mkdir -p $home/.ssh; chmod 700 $home/.ssh; cp /tmp/id_kiki.pub $home/.ssh/authorized_keys; done
chown -R kiki: /home/kiki
touch -d @0 /var/lib/apt/lists
sed -i "s/^SELINUX=.*/SELINUX=permissive/" /etc/selinux/config
python3 - <<LABELS
import os, selinux
selinux.matchpathcon_init(None)
for folder, folders, names in os.walk("/"):
    folders[:] = [name for name in folders if folder != "/" or name not in ("dev", "proc", "sys")]
    for path in [folder, *(os.path.join(folder, name) for name in folders + names)]:
        try:
            label = selinux.matchpathcon(path, os.lstat(path).st_mode)[1]
        except OSError:  # it is to have none
            continue
        os.setxattr(path, "security.selinux", label.encode() + bytes(1), follow_symlinks=False)
LABELS
'

recipe_digest() { { printf '%s' "$SUITE $PACKAGES $RECIPE $ROOT_SIZE"; cat "$LAB/id_kiki.pub" "$LAB/host_key.pub"; } | sha256sum | cut -c1-16; }

# Its keys are in the image: they are made before it boots, so that known_hosts is true from the beginning.
make_keys() {
  [ -f "$LAB/id_kiki" ] || ssh-keygen -q -t ed25519 -N '' -C kiki-lab -f "$LAB/id_kiki"
  [ -f "$LAB/host_key" ] || ssh-keygen -q -t ed25519 -N '' -C "$NAME" -f "$LAB/host_key"
}

build_image() {
  [ "$(cat "$LAB/image.stamp" 2>/dev/null)" = "$(recipe_digest)" ] && return 0
  say "building the image (a minute or two, once)"
  rm -rf "$LAB/image.stamp" "$LAB/root.img"
  apt-config dump 2>/dev/null | grep -i '^Acquire::https\?::Proxy' >"$LAB/proxy.conf" || true
  make_image >"$LAB/image.log" 2>&1 || { tail -5 "$LAB/image.log" >&2; cannot "the image could not be built, see $LAB/image.log"; }
  recipe_digest >"$LAB/image.stamp"
}

make_image() (  # a shell of its own, which removes the unpacked root however it ends
  root=$(scratch)/kiki-lab-vm-root-$NUMBER
  trap 'rm -rf "$root"' EXIT
  rm -rf "$root"; mkdir -p "$root"
  TMPDIR=$(scratch) mmdebstrap --quiet --variant=minbase --include="$PACKAGES" --format=tar --aptopt="$LAB/proxy.conf" \
    --aptopt='Acquire::Languages "none"' --dpkgopt=force-unsafe-io --dpkgopt='path-exclude=/usr/share/doc/*' \
    --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/locale/*' "$SUITE" - "$(mirror)" \
    | tar -x -C "$root" --exclude='./dev/*' \
    && cp "$LAB/id_kiki.pub" "$LAB/host_key" "$root/tmp/" && chroot "$root" sh -c "$RECIPE" \
    && sed 's#//\(127\.0\.0\.1\|localhost\)\b#//10.0.2.2#' "$LAB/proxy.conf" >"$root/etc/apt/apt.conf.d/90proxy" \
    && rm "$root/tmp/id_kiki.pub" "$root/tmp/host_key" && cp -L "$root"/vmlinuz "$LAB/vmlinuz" && cp -L "$root"/initrd.img "$LAB/initrd.img" \
    && mke2fs -q -t ext4 -L kiki-root -E lazy_itable_init=1,lazy_journal_init=1 -d "$root" "$LAB/root.img" $ROOT_SIZE
)

mirror() {  # where apt has this machine's own release from
  apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Origin: Debian' "Codename: $(. /etc/os-release; echo "$VERSION_CODENAME")" \
    'Component: main' | head -1
}

scratch() { if [ -w /dev/shm ] && [ "$(df --output=avail /dev/shm | tail -1)" -gt 3000000 ]; then echo /dev/shm; else echo /var/tmp; fi; }

# --- what tests read -------------------------------------------------------------------------------------------------------

write_files() {
  echo "[127.0.0.1]:$PORT $(cut -d' ' -f1,2 "$LAB/host_key.pub")" >"$LAB/known_hosts"
  cat >"$LAB/inventory.ini" <<E
[nodes]
$NAME ansible_host=127.0.0.1 ansible_port=$PORT

[all:vars]
ansible_user=kiki
ansible_ssh_private_key_file=$LAB/id_kiki
ansible_ssh_common_args=-o UserKnownHostsFile=$LAB/known_hosts -o GlobalKnownHostsFile=/dev/null
ansible_python_interpreter=/usr/bin/python3
E
  cat >"$LAB/ssh_config" <<E
Host $NAME
  HostName 127.0.0.1
  Port $PORT
  User kiki
  IdentityFile $LAB/id_kiki
  IdentitiesOnly yes
  UserKnownHostsFile $LAB/known_hosts
  GlobalKnownHostsFile /dev/null
  StrictHostKeyChecking yes
E
}

# --- the virtual machine -----------------------------------------------------------------------------------------------------

# A pid file may outlive its process, and the pid be another program's by now.
alive() { [ -f "$LAB/pid" ] && tr '\0' ' ' 2>/dev/null <"/proc/$(cat "$LAB/pid")/cmdline" | grep -q -- "-name kiki-$NAME-$NUMBER "; }
reach() { ssh -F "$LAB/ssh_config" -o ConnectTimeout=3 -o BatchMode=yes "$NAME" true 2>/dev/null </dev/null; }

# The image itself is never written: `snapshot` keeps what the machine writes in $TMPDIR, over its reboots, until qemu ends.
start() {
  local disk disks=()
  rm -rf "$LIVE"; mkdir -p "$LIVE"
  for disk in one two; do
    truncate -s $DISK_SIZE "$LIVE/$disk.img"
    disks+=(-drive "file=$LIVE/$disk.img,format=raw,if=none,id=$disk,cache=unsafe" -device "virtio-blk-pci,drive=$disk,serial=kiki-$disk")
  done
  TMPDIR=$LIVE setsid qemu-system-x86_64 -name kiki-$NAME-"$NUMBER" -accel "$(has_kvm && echo kvm || echo tcg)" -cpu max -smp 1 -m $MEMORY \
    -display none -nodefaults -no-user-config -serial "file:$LAB/console.log" \
    -kernel "$LAB/vmlinuz" -initrd "$LAB/initrd.img" -append "root=/dev/vda rw console=ttyS0 net.ifnames=0 quiet security=selinux" \
    -drive "file=$LAB/root.img,format=raw,if=none,id=root,snapshot=on,cache=unsafe" -device virtio-blk-pci,drive=root,serial=kiki-root \
    "${disks[@]}" -device virtio-rng-pci \
    -netdev "user,id=net,hostfwd=tcp:127.0.0.1:$PORT-:22" -device virtio-net-pci,netdev=net,romfile= \
    >"$LAB/qemu.log" 2>&1 </dev/null 9>&- &
  echo $! >"$LAB/pid"
  for _ in $(seq 50); do ! alive || break; sleep 0.1; done   # until the shell that starts qemu has become it
}

wait_for() {
  local until=$((SECONDS + $(has_kvm && echo 90 || echo 600)))
  while [ $SECONDS -lt $until ]; do
    alive || { tail -3 "$LAB/qemu.log" >&2; cannot "qemu ended, see $LAB/qemu.log"; }
    reach && return 0
    sleep 0.3
  done
  cannot "$NAME does not answer on SSH, see $LAB/console.log"
}

stop() {
  local pid
  if alive; then
    pid=$(cat "$LAB/pid")
    kill -TERM "$pid" 2>/dev/null || true
    for _ in $(seq 50); do alive || break; sleep 0.1; done
    ! alive || kill -KILL "$pid" 2>/dev/null || true
  fi
  rm -rf "$LAB/pid" "$LIVE"
}

# --- commands ------------------------------------------------------------------------------------------------------------

up() {
  mkdir -p "$LAB" 2>/dev/null || cannot "$LAB can't be written"
  exec 9>"$LAB/lock"; flock 9
  if ! alive; then
    check_machine
    ! taken "$PORT" || cannot "something else listens on 127.0.0.1:$PORT"
    make_keys
    build_image
    write_files
    has_kvm || say "without KVM: $NAME is emulated, and takes half a minute or more to boot"
    start
  fi
  wait_for
  say "up: $NAME (inventory $LAB/inventory.ini, console $LAB/console.log)"
  echo "$LAB/inventory.ini"
}

down() {
  [ "$(id -u)" = 0 ] || cannot "it needs root"
  mkdir -p "$LAB"; exec 9>"$LAB/lock"; flock 9
  stop
  say "down"
}

status() {
  if ! alive; then echo "$NAME not running"; return 1; fi
  if ! reach; then echo "$NAME not answering"; return 1; fi
  echo "$NAME up"
}

case "${1:-}" in
  up) up ;;
  down) down ;;
  status) status ;;
  purge) down; rm -rf "$LAB" ;;
  *) sed -n '2,14s/^# \{0,1\}//p' "$0"; exit 2 ;;
esac
