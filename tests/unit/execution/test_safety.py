"""What an inventory may not start on this machine."""

from typing import Any

import pytest

from kiki.execution.safety import Guard, is_password, refuse_passwords
from kiki.model.errors import UsageError
from kiki.model.request import InventoryForm, InventorySource, Scope

SENT = Guard(trusted=False, local_connections=False)
FILE = Guard(trusted=True, local_connections=False)


def refused(guard: Guard, **variables: Any) -> str:
    with pytest.raises(UsageError) as caught:
        guard.check_host("n1", variables)
    return caught.value.code


@pytest.mark.parametrize(
    "plugin",
    [
        "local",
        "ansible.builtin.local",
        "docker",
        "chroot",
        "containers.podman.podman",
        "{{ x }}",
        "",
    ],
)
def test_hosts_that_would_be_handled_here_are_refused_in_any_form(plugin: str) -> None:
    for guard in (SENT, FILE):
        assert refused(guard, ansible_connection=plugin) == "inventory.local_connection"


@pytest.mark.parametrize(
    "plugin",
    [
        "ssh",
        "ansible.builtin.ssh",
        "smart",
        "paramiko_ssh",
        "winrm",
        "ansible.netcommon.network_cli",
    ],
)
def test_connections_over_the_network_pass(plugin: str) -> None:
    SENT.check_host("n1", {"ansible_connection": plugin})


def test_local_connections_can_be_allowed() -> None:
    Guard(trusted=False, local_connections=True).check_host("n1", {"ansible_connection": "local"})


@pytest.mark.parametrize(
    "arguments",
    [
        "-o ProxyCommand='touch /tmp/x'",
        "-oProxyCommand=nc",
        '-o "ProxyCommand ssh -W %h:%p b; touch /tmp/x"',
        "-o ProxyCommand='ssh -o ProxyCommand=/tmp/x -W %h:%p b'",
        "-o ProxyCommand='ssh -oProxyCommand=/tmp/x -W %h:%p b'",
        "-o ProxyCommand='ssh -F /tmp/x -W %h:%p b'",
        "-o proxycommand=$(x)",
        "-o LocalCommand=x -o PermitLocalCommand=yes",
        "-o KnownHostsCommand=/tmp/x",
        "-o PKCS11Provider=/tmp/x.so",
        "-F /tmp/config",
        "-F/tmp/config",
        "-I /tmp/x.so",
        "-o 'unclosed",
    ],
)
def test_ssh_options_that_start_programs_are_refused_when_sent(arguments: str) -> None:
    assert refused(SENT, ansible_ssh_common_args=arguments) == "inventory.local_command"
    FILE.check_host("n1", {"ansible_ssh_common_args": arguments})


@pytest.mark.parametrize(
    "arguments",
    [
        "-o ProxyJump=kiki@10.0.0.1",
        "-J kiki@10.0.0.1:2222",
        "-o ProxyCommand='ssh -W %h:%p kiki@bastion'",
        '-o ProxyCommand="ssh -q -p 2222 -i ~/.ssh/id -W [%h]:%p bastion.example.com"',
        "-o UserKnownHostsFile=/home/a/known -o GlobalKnownHostsFile=/dev/null",
        "-o UserKnownHostsFile=/dev/nullified -o StrictHostKeyChecking=yes",
        "-oStrictHostKeyChecking=ask -o HostKeyAlias=nobody",
        "-o ServerAliveInterval=5 -C -4",
    ],
)
def test_a_bastion_and_plain_options_pass_when_sent(arguments: str) -> None:
    SENT.check_host("n1", {"ansible_ssh_common_args": arguments})


@pytest.mark.parametrize(
    "name", ["ansible_ssh_executable", "ansible_sftp_executable", "ansible_paramiko_proxy_command"]
)
def test_other_programs_for_ssh_are_refused_when_sent(name: str) -> None:
    assert refused(SENT, **{name: "/tmp/x"}) == "inventory.local_command"


@pytest.mark.parametrize(
    "value",
    [
        "{{ lookup('pipe', 'id') }}",
        "{{ query ('ansible.builtin.pipe', 'id') }}",
        "x{% set y = q('file', '/etc/passwd') %}",
        ["a", {"b": "{{lookup('env', 'X')}}"}],
    ],
)
def test_lookups_are_refused_when_sent_and_pass_in_a_file(value: Any) -> None:
    assert refused(SENT, anything=value) == "inventory.local_command"
    FILE.check_host("n1", {"anything": value})


@pytest.mark.parametrize("name", ["ansible_ssh_common_args", "ansible_host", "ansible_port"])
def test_a_template_can_not_hide_what_decides_the_connection(name: str) -> None:
    assert refused(SENT, **{name: "{{ other }}"}) == "inventory.local_command"
    FILE.check_host("n1", {name: "{{ other }}"})


@pytest.mark.parametrize("value", ["{{ inventory_hostname }}.example.com", "{{kiki_secret_sudo}}"])
def test_templates_that_name_the_host_or_a_secret_pass(value: str) -> None:
    SENT.check_host("n1", {"ansible_host": value, "ansible_become_password": value})


def test_plain_templates_pass() -> None:
    SENT.check_host("n1", {"a": "{{ groups['db'][0] }}", "b": "the query (q) is fine"})


@pytest.mark.parametrize("host", ["-oProxyCommand=x", "a b"])
def test_names_that_ssh_would_misread_are_refused(host: str) -> None:
    with pytest.raises(UsageError, match="host_invalid"):
        FILE.check_host(host, {})


def test_addresses_that_ssh_would_misread_are_refused() -> None:
    assert refused(FILE, ansible_host="-oProxyCommand=x") == "inventory.host_invalid"
    FILE.check_host("n1", {"ansible_host": "{{ inventory_hostname }}.example.com"})


def test_vault_values_are_refused() -> None:
    assert refused(FILE, a="$ANSIBLE_VAULT;1.1") == "inventory.vault_ini"
    assert refused(FILE, a={"b": [{"__ansible_vault": "$ANSIBLE_VAULT"}]}) == "inventory.vault"


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("ansible_become_password", "x", True),
        ("ansible_become_pass", 1234, True),
        ("ansible_ssh_pass", "x", True),
        ("ansible_password", "x", True),
        ("ansible_password", "", False),
        ("ansible_become_password", "{{ kiki_secret_sudo }}", False),
        ("ansible_ssh_password_mechanism", "x", False),
        ("db_password", "x", False),
    ],
)
def test_what_counts_as_a_password(name: str, value: Any, expected: bool) -> None:
    assert is_password(name, value) is expected


@pytest.mark.parametrize(
    ("variables", "code"),
    [
        ({"ansible_connection": "local"}, "inventory.local_connection"),
        ({"x": "{{ lookup('pipe', 'id') }}"}, "inventory.local_command"),
        ({"ansible_ssh_extra_args": "-F x"}, "inventory.local_command"),
        ({"ansible_become_password": "x"}, "inventory.password_var"),
        ({"ansible_host": "10.0.0.9"}, "inventory.extra_var_redirects"),
        ({"kiki_before": {"stat": {}}}, "inventory.extra_var_own"),
        ({"ansible_ssh_host": "10.0.0.9"}, "inventory.extra_var_redirects"),
        ({"ansible_port": 23}, "inventory.extra_var_redirects"),
        ({"ansible_connection": "ssh"}, "inventory.extra_var_redirects"),
        ({"ansible_ssh_common_args": "-o ProxyJump=b"}, "inventory.extra_var_redirects"),
        ({"ansible_ssh_args": "-oStrictHostKeyChecking=no"}, "inventory.host_key_unchecked"),
        ({"ansible_host_key_checking": False}, "inventory.host_key_unchecked"),
    ],
)
def test_extra_vars_are_always_judged_as_sent(variables: dict[str, Any], code: str) -> None:
    with pytest.raises(UsageError) as caught:
        FILE.check_extra_vars(variables)
    assert caught.value.code == code


def test_extra_vars_that_lead_nowhere_else_pass() -> None:
    SENT.check_extra_vars({"ansible_become": True, "app_port": 80, "my_ansible_host": "x"})


@pytest.mark.parametrize(
    "arguments",
    [
        "-o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null",
        "-oStrictHostKeyChecking no",
        "-o 'StrictHostKeyChecking no'",
        "-o stricthostkeychecking=OFF",
        "-o StrictHostKeyChecking=0",
        "-o StrictHostKeyChecking=accept-new",
        "-o \"StrictHostKeyChecking='no'\"",
        "-o Strict'Host'KeyChecking=no",
        "-o UserKnownHostsFile=/dev/null",
        "-o UserKnownHostsFile=none",
        "-o ProxyCommand='ssh -o StrictHostKeyChecking=no -W %h:%p bastion'",
    ],
)
@pytest.mark.parametrize("name", ["ansible_ssh_common_args", "ansible_ssh_args"])
def test_nobody_switches_the_check_of_host_keys_off(name: str, arguments: str) -> None:
    for guard in (SENT, FILE):
        with pytest.raises(UsageError) as caught:
            guard.check_host("n1", {name: arguments})
        assert caught.value.code == "inventory.host_key_unchecked"
        assert caught.value.params == {"host": "n1", "variable": name}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ansible_host_key_checking", False),
        ("ansible_host_key_checking", "no"),
        ("ansible_ssh_host_key_checking", "0"),
        ("ansible_paramiko_host_key_checking", "{{ x }}"),
        ("ansible_paramiko_host_key_auto_add", True),
    ],
)
def test_nor_with_a_variable_of_ansible(name: str, value: Any) -> None:
    assert refused(FILE, **{name: value}) == "inventory.host_key_unchecked"


def test_nor_behind_a_template() -> None:
    hidden = {"ansible_ssh_args": "{{ x }}", "x": "-o StrictHostKeyChecking=no"}
    assert refused(FILE, **hidden) == "inventory.host_key_unchecked"
    half = "-o StrictHostKeyChecking={{ x }}"
    assert refused(FILE, ansible_ssh_args=half) == "inventory.host_key_unchecked"


def test_a_check_that_is_on_and_words_elsewhere_pass() -> None:
    FILE.check_host("n1", {"ansible_host_key_checking": True, "x": "StrictHostKeyChecking=no"})


def sent(text: str, form: InventoryForm = "file") -> Scope:
    return Scope(inventory=InventorySource(form=form, text=text, origin="hosts"))


@pytest.mark.parametrize(
    "text",
    [
        "n1 ansible_become_password=x",
        "n1 'ansible_become_pass=x y'",
        "[all:vars]\nansible_ssh_pass = x\n",
        "all: {hosts: {n1: {ansible_password: x}}}",
        '{"all": {"vars": {"ansible_become_password" : "x"}}}',
        "all:\n  vars:\n    ansible_password: >-\n      x\n",
        "all:\n  vars:\n    ansible_password:\n      x\n",
        "# n1 ansible_password=x",
    ],
)
@pytest.mark.parametrize("form", ["file", "inline"])
def test_a_text_with_a_password_is_refused_as_it_is(text: str, form: InventoryForm) -> None:
    with pytest.raises(UsageError) as caught:
        refuse_passwords(sent("\n" + text, form))
    assert caught.value.code == "inventory.password"
    line = text[: text.index("ansible_")].count("\n") + 2
    assert caught.value.params["path"] == f"hosts:{line}"


@pytest.mark.parametrize(
    "text",
    [
        "n1 ansible_become_password='{{ kiki_secret_sudo }}'",
        "all: {vars: {ansible_password: '{{ x }}'}}",
        "[all:vars]\nansible_password={{ x }}\n",
        "n1 b=1 ansible_password=\nn2 ansible_password=''",
        "n1 ansible_password=\nn2",
        "n1 ansible_ssh_password_mechanism=x db_password=x",
        "all: {vars: {ansible_password: !vault |}}",
    ],
)
def test_a_text_without_a_password_passes(text: str) -> None:
    refuse_passwords(sent(text))


def test_a_path_is_not_kept_and_extra_vars_are() -> None:
    refuse_passwords(sent("ansible_password=x", "path"))
    refuse_passwords(Scope(extra_vars={"a": "x"}))
    with pytest.raises(UsageError, match=r"inventory\.password_var"):
        refuse_passwords(Scope(extra_vars={"ansible_become_pass": "x"}))
