# Kiki's chores. `make` lists them. Everything runs from .venv (Kiki) and .venv-dev (the tests' tools), which are
# made from the hashed files in requirements/ when they are missing or outdated. Nothing else has to be installed;
# the labs install the Debian packages that they need, and say so.

DEV := .venv-dev/bin
VENV := $(if $(KIKI_VENV),$(KIKI_VENV),.venv)
PYTEST := $(DEV)/python -m pytest
COMPILE := $(DEV)/uv pip compile --quiet --universal --python-version 3.11 --only-binary :all: --generate-hashes \
           --no-emit-index-url --no-annotate --no-header $(UPGRADE)
# OpenStack has some packages without wheels, and its release goes with the libraries of its time.
COMPILE_LAB := $(subst --only-binary :all:,--exclude-newer 2025-07-01,$(COMPILE))

.DEFAULT_GOAL := help
.PHONY: help test lint types layers tests test-live test-clouds test-vm test-models bench bench-load bench-words golden index docs ansible-data setup dev lock clean

help:  ## this list
	@sed -n 's/^\([a-z-]*\):.*##/\1 ##/p' Makefile | awk -F ' ## *' '{ printf "  make %-13s %s\n", $$1, $$2 }'

test: lint types layers tests  ## all checks and tests but the long ones; the last lines say what was skipped and why

lint: dev
	$(DEV)/ruff check
	$(DEV)/ruff format --check

types: dev
	$(DEV)/mypy

# From src: in the root, the launcher kiki.py would be taken for the package.
layers: dev
	cd src && ../$(DEV)/lint-imports --config ../pyproject.toml --no-cache

# All processors and one process more: what needs no lab goes on while others wait for hosts.
tests: dev
	$(PYTEST) -n auto --dist loadscope --no-loadscope-reorder -m "not slow and not install and not models and not clouds and not vm"

test-live: dev  ## the long suites: live hosts, fresh installations
	$(PYTEST) -n auto --dist loadscope --no-loadscope-reorder -m "(slow or install) and not clouds and not vm and not models"

test-clouds: dev  ## the suite on a real OpenStack and a real Kubernetes, which take half an hour to make the first time
	$(PYTEST) tests/live -m clouds

test-vm: dev  ## the suite on a virtual machine (labs/vm.sh): reboots, disks, swap, NFS, LVM, SELinux; most of an hour where it is emulated
	$(PYTEST) tests/live -m vm

test-models: dev  ## the suite with real models, which are fetched (0.6 GB) when they are not here
	$(PYTEST) tests/models -m models

bench: dev  ## each figure beside its peer, measured in the same call
	$(DEV)/python tools/bench.py; told=$$?; $(DEV)/python tools/bench_load.py && exit $$told

bench-load: dev  ## the server under load, on SQLite and on PostgreSQL, and a long ledger; part of bench
	$(DEV)/python tools/bench_load.py

bench-words: dev  ## how well requests are understood by the rules alone; docs/bench.md
	$(VENV)/bin/python -I -m kiki bench --engine none

golden: dev  ## renew the golden files; look at the diff before you commit it
	$(PYTEST) -m "not slow and not install and not hosts and not podman and not models and not clouds and not vm" --update-golden

index: dev  ## compile the vocabulary and the operations' index
	$(DEV)/python tools/compile_vocabulary.py

docs: dev index  ## renew the generated pages
	@for tool in $(wildcard tools/render_*.py); do echo $$tool; $(DEV)/python $$tool || exit 1; done

ansible-data: dev  ## renew what kiki check knows of Ansible's modules, from the Ansible that is installed
	$(VENV)/bin/python -I -m kiki setup ansible
	PYTHONHASHSEED=0 PYTHONPATH=$(VENV)-ansible/collections ANSIBLE_COLLECTIONS_PATH=$(abspath $(VENV)-ansible/collections) \
	  $(VENV)-ansible/bin/python tools/dump_ansible_doc.py src/kiki/targets/ansible/check/data

setup: dev  ## make every environment now, Ansible's too, instead of when it is first needed
	$(VENV)/bin/python -I -m kiki setup ansible
	$(VENV)/bin/python -I -m kiki setup openstack
	$(VENV)/bin/python -I -m kiki setup kubernetes
	$(VENV)/bin/python -I -m kiki setup server

dev:
	@./kiki.py --version >/dev/null
	@$(VENV)/bin/python -I -m kiki.provision.bootstrap dev

lock: dev  ## renew the lock files; UPGRADE=--upgrade takes the newest versions
	$(COMPILE) pyproject.toml -o requirements/base.txt
	$(COMPILE) pyproject.toml requirements/server.in -c requirements/base.txt -o requirements/server.txt
	$(COMPILE) pyproject.toml requirements/server.in requirements/dev.in -c requirements/server.txt -o requirements/dev.txt
	$(COMPILE) requirements/ansible.in -o requirements/ansible.txt
	$(COMPILE) --no-deps requirements/collections.in -o requirements/collections.txt
	$(COMPILE) requirements/project.in -c requirements/ansible.txt -o requirements/project.txt
	$(COMPILE) requirements/llama.in -o requirements/llama.txt
	$(COMPILE) requirements/openvino.in -o requirements/openvino.txt
	$(COMPILE) requirements/openstack.in -o requirements/openstack.txt
	$(COMPILE) requirements/kubernetes.in -o requirements/kubernetes.txt
	$(COMPILE_LAB) labs/openstack/requirements.in -o labs/openstack/requirements.txt

clean:  ## drop the environments and caches; the labs are labs/NAME.sh purge
	rm -rf .venv .venv-* .venv*.lock .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache dist build
	find . -name __pycache__ -prune -exec rm -rf {} +
