"""The one ansible.cfg."""

import configparser

from kiki.execution import config


def read() -> configparser.ConfigParser:
    parser = configparser.ConfigParser()
    parser.read_string(config.TEXT)
    return parser


def test_it_names_no_place_of_this_machine() -> None:
    values = [value for section in read().values() for value in section.values()]
    assert not [value for value in values if "/" in value or "~" in value]


def test_hosts_must_be_known_and_connections_are_shared() -> None:
    found = read()
    assert found["defaults"].getboolean("host_key_checking")
    assert not found["defaults"].getboolean("retry_files_enabled")
    assert found["ssh_connection"].getboolean("pipelining")
    assert "ControlPersist=60s" in found["ssh_connection"]["ssh_args"]
    assert found["defaults"].getint("forks") > 5


def test_inventories_run_no_program() -> None:
    plugins = read()["inventory"]["enable_plugins"]
    assert not {"script", "auto", "constructed"} & {
        name.split(".")[-1] for name in plugins.split(", ")
    }


def test_how_many_hosts_at_a_time_is_said_in_the_file() -> None:
    parser = configparser.ConfigParser(interpolation=None)
    parser.read_string(config.text(7))
    assert parser["defaults"]["forks"] == "7"
