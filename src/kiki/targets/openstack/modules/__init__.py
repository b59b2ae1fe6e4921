"""The module of Ansible that comes with a program of acts: what openstack.cloud has none for."""
