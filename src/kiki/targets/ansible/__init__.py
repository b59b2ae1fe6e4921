"""The ansible target: playbooks and roles, their offline check, and what their runs mean.

Called through ``target.TARGET`` only. Nothing here runs Ansible; that is ``execution``'s.
"""
