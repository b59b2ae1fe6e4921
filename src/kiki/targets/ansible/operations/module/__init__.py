"""Have any module of Ansible bring about a state."""
