# Real registries for labs/podman.sh, on loopback. Sourced by it, whose `say`, `cannot`, `logged` and $LAB it uses.
#
#   own      127.0.0.1:25443  TLS by the lab's own authority, which the lab's podman trusts; asks for user and password
#   mirror   127.0.0.1:25444  plain http, asks nobody; the lab's registries.conf has it stand in for docker.io
#   strange  127.0.0.1:25445  TLS by an authority that nobody trusts

REGISTRY=$LAB/registry
REGISTRY_USER=kiki
OWN=127.0.0.1:25443 MIRROR=127.0.0.1:25444 STRANGE=127.0.0.1:25445

start_registries() {
  mkdir -p "$REGISTRY/trusted"
  [ -s "$REGISTRY/own.crt" ] || make_certificate own "$REGISTRY/trusted/kiki-lab.pem"
  [ -s "$REGISTRY/strange.crt" ] || make_certificate strange "$REGISTRY/strange-ca.pem"
  [ -s "$LAB/auth.json" ] || (umask 077; echo '{}' >"$LAB/auth.json")   # podman refuses to run when the file is named and not there
  make_password
  start_registry own $OWN "auth: {htpasswd: {realm: kiki, path: $REGISTRY/htpasswd}}"
  start_registry mirror $MIRROR
  start_registry strange $STRANGE
}

# make_certificate NAME AUTHORITY: a key and a certificate for loopback, signed by an authority made for it.
make_certificate() {
  local at=$REGISTRY/$1
  printf 'subjectAltName=IP:127.0.0.1,DNS:localhost\n' >"$at.ext"
  logged openssl req -x509 -newkey rsa:2048 -nodes -days 3650 -subj "/CN=kiki lab $1" -keyout "$at-ca.key" -out "$2" \
    && logged openssl req -newkey rsa:2048 -nodes -subj "/CN=127.0.0.1" -keyout "$at.key" -out "$at.csr" \
    && logged openssl x509 -req -in "$at.csr" -CA "$2" -CAkey "$at-ca.key" -CAcreateserial -days 3650 -extfile "$at.ext" -out "$at.crt" \
    || cannot "openssl made no certificate: $(tail -1 "$LAB/log")"
}

make_password() {  # made once; bcrypt is the only form that the registry reads
  [ -s "$REGISTRY/htpasswd" ] && return 0
  (umask 077; head -c 18 /dev/urandom | base64 | tr -d '\n' >"$REGISTRY/password")
  htpasswd -iBn $REGISTRY_USER <"$REGISTRY/password" >"$REGISTRY/htpasswd" 2>/dev/null || cannot "htpasswd failed"
}

start_registry() {  # start_registry NAME ADDRESS [AUTH]
  local at=$REGISTRY/$1 tls=""
  registry_lives "$1" && return 0
  ! (exec 3<>"/dev/tcp/127.0.0.1/${2#*:}") 2>/dev/null || cannot "something else listens on $2"
  [ ! -s "$at.crt" ] || tls=", tls: {certificate: $at.crt, key: $at.key}"
  cat >"$at.yml" <<E
version: 0.1
log: {level: info, accesslog: {disabled: false}}
storage: {filesystem: {rootdirectory: $at}, delete: {enabled: true}}
http: {addr: "$2"$tls, secret: $(cat /proc/sys/kernel/random/uuid)}
${3:-}
E
  setsid docker-registry serve "$at.yml" >"$at.log" 2>&1 </dev/null 9>&- &
  echo $! >"$at.pid"
  for _ in $(seq 50); do (exec 3<>"/dev/tcp/127.0.0.1/${2#*:}") 2>/dev/null && return 0; sleep 0.1; done
  cannot "the registry $1 does not answer on $2: $(tail -1 "$at.log")"
}

registry_lives() {
  local pid
  pid=$(cat "$REGISTRY/$1.pid" 2>/dev/null) && grep -qzx -- "$REGISTRY/$1.yml" "/proc/$pid/cmdline" 2>/dev/null
}

stop_registries() {  # and forget what was pushed to them
  local name
  for name in own mirror strange; do
    if registry_lives $name; then kill "$(cat "$REGISTRY/$name.pid")"; fi
    rm -rf "${REGISTRY:?}/$name.pid" "${REGISTRY:?}/$name"
  done
}

# Docker Hub is reached through the mirror only, as where there is no way out: docker.io itself stands for nothing here.
write_registries() {
  cat >"$LAB/registries.conf" <<E
unqualified-search-registries = []
[[registry]]
location = "$MIRROR"
insecure = true
[[registry]]
prefix = "docker.io"
location = "docker.io"
[[registry.mirror]]
location = "$MIRROR"
insecure = true
E
}
