"""What is known of the results of Ansible's modules: one file for each that needs more than its
verdict. A new one is a file here and its tests; see ``known``."""
