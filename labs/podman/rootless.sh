# Podman of an ordinary user, reached by SSH, for labs/podman.sh. Sourced by it, whose functions and $LAB it uses.
#
# The user is kiki-kim on this machine, with a home below the lab; an sshd of the lab's own lets nobody else in.
# Two mends make rootless podman run where the root lab needs them, too: runc in place of crun (mixed cgroups), by way
# of the lab's own `runc` (limits), and /dev/net/tun for everybody, as udev itself would set it: slirp4netns needs it.

ROOTLESS=$LAB/rootless
KIM=kiki-kim
SSH_PORT=25422
TUN=/dev/net/tun
ROOTLESS_NEEDED="uidmap slirp4netns openssh-server openssh-client sudo"

start_rootless() {
  NEEDED=$ROOTLESS_NEEDED install_missing
  mkdir -p "$ROOTLESS" /run/sshd
  make_kim
  open_tun
  write_kims_configuration
  start_sshd
  has_kims_image || load_kims_image
  as_kim podman run --rm $BUSYBOX true >"$LAB/log" 2>&1 || cannot "rootless podman can't run a container: $(tail -1 "$LAB/log")"
}

as_kim() { ssh -n -F "$ROOTLESS/ssh_config" kim "$(printf '%q ' "$@")" 9>&-; }

make_kim() {
  id $KIM >/dev/null 2>&1 || logged useradd --create-home --home-dir "$ROOTLESS/home" --shell /bin/bash $KIM \
    || cannot "the user $KIM can't be made: $(tail -1 "$LAB/log")"
  usermod -p '*' $KIM   # no password, and not locked: an sshd without PAM lets no locked account in
  grep -q "^$KIM:" /etc/subuid || cannot "the user $KIM got no subordinate ids in /etc/subuid"
}

open_tun() {
  [ "$(stat -c %a $TUN 2>/dev/null)" != 666 ] || return 0
  [ -e $TUN ] || cannot "there is no $TUN, which slirp4netns needs"
  stat -c %a $TUN >"$LAB/tun.before"
  chmod 666 $TUN
}

write_kims_configuration() {
  local conf=$ROOTLESS/home/.config/containers
  install -d -o $KIM -g $KIM "$ROOTLESS/home/.config" "$conf"
  cat >"$conf/containers.conf" <<E
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
[engine.runtimes]
runc = ["$(runtime)"]
E
  chmod 644 "$conf/containers.conf"
  install -D -m 644 "$REGISTRY/trusted/kiki-lab.pem" "$conf/certs.d/$OWN/ca.crt"
}

start_sshd() {
  local kind
  for kind in host kim; do [ -s "$ROOTLESS/id_$kind" ] || ssh-keygen -q -t ed25519 -N '' -f "$ROOTLESS/id_$kind"; done
  chmod 644 "$ROOTLESS/id_kim.pub"
  printf '[127.0.0.1]:%s %s\n' $SSH_PORT "$(cut -d' ' -f1,2 "$ROOTLESS/id_host.pub")" >"$ROOTLESS/known_hosts"
  # StrictModes: the lab is in /var/tmp, where everybody may write.
  cat >"$ROOTLESS/sshd_config" <<E
ListenAddress 127.0.0.1:$SSH_PORT
HostKey $ROOTLESS/id_host
AuthorizedKeysFile $ROOTLESS/id_kim.pub
AllowUsers $KIM
PasswordAuthentication no
UsePAM no
StrictModes no
PidFile $ROOTLESS/sshd.pid
Subsystem sftp internal-sftp
E
  cat >"$ROOTLESS/ssh_config" <<E
Host kim 127.0.0.1
  HostName 127.0.0.1
  Port $SSH_PORT
  User $KIM
  IdentityFile $ROOTLESS/id_kim
  IdentitiesOnly yes
  UserKnownHostsFile $ROOTLESS/known_hosts
E
  printf 'kim ansible_host=127.0.0.1 ansible_port=%s ansible_user=%s ansible_ssh_private_key_file=%s ansible_ssh_common_args="-o UserKnownHostsFile=%s"\n' \
    $SSH_PORT $KIM "$ROOTLESS/id_kim" "$ROOTLESS/known_hosts" >"$ROOTLESS/inventory.ini"
  sshd_lives || /usr/sbin/sshd -f "$ROOTLESS/sshd_config" -E "$ROOTLESS/sshd.log" 9>&-
  for _ in $(seq 50); do as_kim true 2>"$LAB/log" && return 0; sleep 0.1; done
  cannot "$KIM can't log in: $(tail -1 "$LAB/log")"
}

sshd_lives() {
  local pid
  pid=$(cat "$ROOTLESS/sshd.pid" 2>/dev/null) && grep -qF -- "sshd" "/proc/$pid/cmdline" 2>/dev/null
}

has_kims_image() { as_kim podman image exists $BUSYBOX; }

load_kims_image() {
  rm -f "$ROOTLESS/busybox.tar"
  logged lab_podman save -q -o "$ROOTLESS/busybox.tar" $BUSYBOX && chmod 644 "$ROOTLESS/busybox.tar" \
    && as_kim podman load -q -i "$ROOTLESS/busybox.tar" >"$LAB/log" 2>&1 || cannot "$KIM's podman takes no image: $(tail -1 "$LAB/log")"
}

stop_rootless() {  # with the user and all that the user has
  [ -d "$ROOTLESS" ] || return 0
  if sshd_lives; then
    as_kim podman rm -a -f -t 0 >"$LAB/log" 2>&1 || true
    kill "$(cat "$ROOTLESS/sshd.pid")"
  fi
  if id $KIM >/dev/null 2>&1; then
    pgrep -u $KIM | xargs -r kill || true   # podman's pause process, which holds the user's namespace
    for _ in $(seq 30); do pgrep -u $KIM >/dev/null || break; sleep 0.1; done
    logged userdel $KIM || say "the user $KIM is left: $(tail -1 "$LAB/log")"
  fi
  [ ! -f "$LAB/tun.before" ] || { chmod "$(cat "$LAB/tun.before")" $TUN; rm -f "$LAB/tun.before"; }
  rm -rf "$ROOTLESS"
}
