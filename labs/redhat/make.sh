#!/bin/bash
# Turns a Debian root file system into "Debian with dnf, rpm and firewalld". Runs inside it as root, with this folder at /mnt.
set -euo pipefail
REPO=/srv/kiki-lab/rpm
KUBE=/srv/kiki-lab/kube                          # laid out as pkgs.k8s.io is: NAME/vRELEASE/rpm
KEY=/etc/pki/rpm-gpg/RPM-GPG-KEY-kiki-lab
BUILD=$(mktemp -d)
export HOME=$BUILD DEBIAN_FRONTEND=noninteractive

programs() {
  apt-get update -qq
  # shellcheck disable=SC2086 -- a list of names
  apt-get install -qq -y --no-install-recommends $PACKAGES
  apt-get clean
  rm -rf /var/lib/apt/lists/*_Packages*
}

settings() {  # what RHEL's own packages bring and Debian's lack or have otherwise
  mkdir -p /etc/rpm /etc/yum.repos.d /etc/pki/rpm-gpg /etc/selinux /usr/lib/systemd/system-preset /etc/sysconfig
  echo '%_dbpath /var/lib/rpm' >/etc/rpm/macros
  printf '[main]\ngpgcheck=1\ninstallonly_limit=3\nclean_requirements_on_remove=True\nbest=True\nskip_if_unavailable=False\n' >/etc/dnf/dnf.conf
  printf 'SELINUX=disabled\nSELINUXTYPE=targeted\n' >/etc/selinux/config
  # Services do not start with their packages; RHEL's presets name the few that are to start at boot.
  printf 'enable %s.service\n' ssh sshd crond chronyd firewalld rsyslog auditd dbus polkit >/usr/lib/systemd/system-preset/90-default.preset
  echo 'disable *' >/usr/lib/systemd/system-preset/99-default-disable.preset
  groupadd --system wheel
  echo '%wheel ALL=(ALL) ALL' >/etc/sudoers.d/wheel
  chmod 440 /etc/sudoers.d/wheel
  install -D -m 755 /mnt/serve.py /usr/libexec/kiki-lab/serve.py
  printf '[kiki-lab]\nname=The lab\nbaseurl=file://%s\nenabled=1\ngpgcheck=1\ngpgkey=file://%s\n' $REPO $KEY >/etc/yum.repos.d/kiki-lab.repo
}

signing_key() {
  gpg --batch --quiet --passphrase '' --quick-generate-key 'Kiki lab <lab@invalid>' rsa2048 sign never
  gpg --batch --quiet --armor --export lab@invalid >$KEY
  printf '%s\n' '%_gpg_name lab@invalid' '%__gpg /usr/bin/gpg' >>/etc/rpm/macros
}

unit_file() {  # unit_file PACKAGE PORT FOLDER
  printf '[Unit]\nDescription=%s of the lab\n\n[Service]\nExecStart=' "$1"
  if [ "$1" = cronie ]; then echo '/usr/sbin/cron -f'; else echo "/usr/libexec/kiki-lab/serve.py $1 $2 ${3#-}"; fi
  printf '\n[Install]\nWantedBy=multi-user.target\n'
}

package() {  # package NAME VERSION UNIT PORT FOLDER USER [PROVIDES]
  local files=$BUILD/files/$1-$2 defined=()
  mkdir -p "$files/usr/share/kiki-lab"
  echo "$1 $2" >"$files/usr/share/kiki-lab/$1"
  if [ "$3" != - ]; then
    mkdir -p "$files/usr/lib/systemd/system"
    unit_file "$1" "$4" "$5" >"$files/usr/lib/systemd/system/$3.service"
    defined+=(--define "unit $3")
  fi
  [ "$5" = - ] || mkdir -p "$files$5"
  [ "$6" = - ] || defined+=(--define "user $6")
  [ -z "${7:-}" ] || defined+=(--define "provides $7")
  [ "$1" != kiki-lab-release ] || install -D -m 644 <(echo "RedHat family's tools on Debian 12, a lab host of Kiki") "$files/etc/redhat-release"
  { (cd "$files" && find . ! -type d | cut -c2-); [ "$5" = - ] || echo "%dir $5"; } >"$files.list"
  rpmbuild --quiet -bb /mnt/package.spec --define "_topdir $BUILD" --define "_rpmdir $INTO" --define "pkg $1" --define "ver $2" \
    --define "tree $files" "${defined[@]}"
}

# Signed with a key that no host knows: it comes with the repository, as theirs do.
kube_repository() {  # kube_repository NAME RELEASE PACKAGE...
  local INTO=$KUBE/$1/v$2/rpm name rest release=$2
  shift 2
  for name in "$@"; do
    rest=$(grep "^$name " /mnt/kube-packages)
    # shellcheck disable=SC2086 -- the columns
    package ${rest/RELEASE/$release}
  done
  rpmsign --define '_gpg_name kube@invalid' --addsign "$INTO"/noarch/*.rpm >/dev/null
  createrepo_c --quiet "$INTO"
  gpg --batch --quiet --armor --export kube@invalid >"$INTO/repodata/repomd.xml.key"
}

kube_repositories() {
  gpg --batch --quiet --passphrase '' --quick-generate-key 'Kiki lab, Kubernetes <kube@invalid>' rsa2048 sign never
  kube_repository kubernetes 1.32 kubelet kubeadm kubectl
  kube_repository cri-o 1.32 cri-o
}

repository() {
  local name rest INTO=$REPO
  package kiki-lab-release 9 - - - - 'system-release = 9, system-release(releasever) = 9, /bin/sh'
  grep -v '^#' /mnt/packages | while read -r name rest; do
    # shellcheck disable=SC2086 -- the columns
    package "$name" $rest </dev/null
  done
  rpmsign --addsign $REPO/noarch/*.rpm >/dev/null
  createrepo_c --quiet $REPO
}

programs
settings
signing_key
repository
kube_repositories
systemctl -q disable cron
dnf -q -y install kiki-lab-release cronie firewalld python3-firewall
rm -rf "$BUILD"
