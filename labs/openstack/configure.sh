# The configuration files of the lab's OpenStack. Sourced by labs/openstack.sh, which has set LAB, LIVE, ETC, VENV, RUN,
# SECRET and the ports; everything listens on loopback.

database_of() { echo "mysql+pymysql://root@127.0.0.1:$MARIADB_PORT/$1?charset=utf8"; }
broker() { echo "rabbit://guest:guest@127.0.0.1:$RABBIT_PORT/"; }

credentials_of() {  # credentials_of SERVICE: how one service proves to Keystone who it is
  cat <<E
auth_url = $KEYSTONE
www_authenticate_uri = $KEYSTONE
auth_type = password
project_domain_name = Default
user_domain_name = Default
project_name = service
username = $1
password = $SECRET
region_name = RegionOne
E
}

write_configs() {
  mkdir -p "$ETC"/{keystone,glance,placement,nova,neutron,heat} "$LIVE"/{images,nova,neutron,heat,lock}
  keystone_conf >"$ETC/keystone/keystone.conf"
  glance_conf >"$ETC/glance/glance-api.conf"
  placement_conf >"$ETC/placement/placement.conf"
  nova_conf >"$ETC/nova/nova.conf"
  neutron_conf >"$ETC/neutron/neutron.conf"
  ml2_conf >"$ETC/neutron/ml2_conf.ini"
  heat_conf >"$ETC/heat/heat.conf"
  chmod 600 "$ETC"/*/*
}

keystone_conf() {
  cat <<E
[database]
connection = $(database_of keystone)
[token]
provider = fernet
[fernet_tokens]
key_repository = $ETC/keystone/fernet-keys
[credential]
key_repository = $ETC/keystone/credential-keys
E
}

glance_conf() {
  cat <<E
[DEFAULT]
bind_host = 127.0.0.1
workers = 1
enabled_backends = fs:file
enabled_import_methods = []
[database]
connection = $(database_of glance)
[glance_store]
default_backend = fs
[fs]
filesystem_store_datadir = $LIVE/images
[os_glance_staging_store]
filesystem_store_datadir = $LIVE/images-staging
[os_glance_tasks_store]
filesystem_store_datadir = $LIVE/images-tasks
[paste_deploy]
flavor = keystone
config_file = $VENV/etc/glance/glance-api-paste.ini
[keystone_authtoken]
$(credentials_of glance)
[oslo_concurrency]
lock_path = $LIVE/lock
E
}

placement_conf() {
  cat <<E
[placement_database]
connection = $(database_of placement)
[api]
auth_strategy = keystone
[keystone_authtoken]
$(credentials_of placement)
E
}

nova_conf() {  # servers are Nova's own fake ones: they are scheduled and become ACTIVE, and nothing runs in them
  cat <<E
[DEFAULT]
host = $COMPUTE
my_ip = 127.0.0.1
state_path = $LIVE/nova
transport_url = $(broker)
compute_driver = fake.FakeDriver
enabled_apis = osapi_compute
osapi_compute_listen = 127.0.0.1
osapi_compute_workers = 1
use_neutron = true
allow_resize_to_same_host = true
[api]
auth_strategy = keystone
[wsgi]
api_paste_config = $VENV/etc/nova/api-paste.ini
[api_database]
connection = $(database_of nova_api)
[database]
connection = $(database_of nova)
[keystone_authtoken]
$(credentials_of nova)
[service_user]
send_service_user_token = true
$(credentials_of nova)
[placement]
$(credentials_of placement)
[glance]
api_servers = http://127.0.0.1:9292
[neutron]
$(credentials_of neutron)
[conductor]
workers = 1
[scheduler]
workers = 1
discover_hosts_in_cells_interval = 5
[vnc]
enabled = false
[oslo_concurrency]
lock_path = $LIVE/lock
E
}

neutron_conf() {
  cat <<E
[DEFAULT]
host = $COMPUTE
bind_host = 127.0.0.1
state_path = $LIVE/neutron
core_plugin = ml2
service_plugins = ovn-router
transport_url = $(broker)
api_workers = 1
rpc_workers = 0
api_paste_config = $VENV/etc/neutron/api-paste.ini
notify_nova_on_port_status_changes = true
notify_nova_on_port_data_changes = true
[database]
connection = $(database_of neutron)
[keystone_authtoken]
$(credentials_of neutron)
[nova]
$(credentials_of nova)
[placement]
$(credentials_of placement)
[oslo_concurrency]
lock_path = $LIVE/lock
E
}

ml2_conf() {
  cat <<E
[ml2]
type_drivers = geneve,flat,vlan
tenant_network_types = geneve
mechanism_drivers = ovn
extension_drivers = port_security
overlay_ip_version = 4
[ml2_type_geneve]
vni_ranges = 1:65536
max_header_size = 38
[ml2_type_flat]
flat_networks = public
[securitygroup]
enable_security_group = true
[ovn]
ovn_nb_connection = unix:$RUN/ovn/ovnnb_db.sock
ovn_sb_connection = unix:$RUN/ovn/ovnsb_db.sock
ovn_metadata_enabled = false
[ovs]
ovsdb_connection = unix:$RUN/ovs/db.sock
E
}

heat_conf() {
  cat <<E
[DEFAULT]
host = $COMPUTE
transport_url = $(broker)
num_engine_workers = 1
heat_metadata_server_url = http://127.0.0.1:8000
heat_waitcondition_server_url = http://127.0.0.1:8000/v1/waitcondition
stack_user_domain_name = heat
stack_domain_admin = heat_domain_admin
stack_domain_admin_password = $SECRET
auth_encryption_key = $(printf '%s' "$SECRET" | sha256sum | cut -c1-32)
environment_dir = $VENV/etc/heat/environment.d
template_dir = $VENV/etc/heat/templates
deferred_auth_method = trusts
region_name_for_services = RegionOne
[database]
connection = $(database_of heat)
[paste_deploy]
api_paste_config = $VENV/etc/heat/api-paste.ini
[keystone_authtoken]
$(credentials_of heat)
[trustee]
auth_type = password
auth_url = $KEYSTONE
username = heat
password = $SECRET
user_domain_id = default
[clients_keystone]
auth_uri = $KEYSTONE
[heat_api]
bind_host = 127.0.0.1
workers = 1
[heat_api_cfn]
bind_host = 127.0.0.1
workers = 1
[oslo_concurrency]
lock_path = $LIVE/lock
E
}

write_clouds() {  # `kiki` is an ordinary member of a project, `kiki-admin` the cloud's administrator
  (umask 077; cat >"$LAB/clouds.yaml.new" <<E
clouds:
  kiki:
    auth: {auth_url: $KEYSTONE/v3, username: demo, password: $SECRET, project_name: demo, user_domain_name: Default, project_domain_name: Default}
    region_name: RegionOne
    identity_api_version: 3
  kiki-admin:
    auth: {auth_url: $KEYSTONE/v3, username: admin, password: $SECRET, project_name: admin, user_domain_name: Default, project_domain_name: Default}
    region_name: RegionOne
    identity_api_version: 3
E
  )
  mv "$LAB/clouds.yaml.new" "$LAB/clouds.yaml"
}
