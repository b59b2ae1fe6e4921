"""Make any Heat resource."""
