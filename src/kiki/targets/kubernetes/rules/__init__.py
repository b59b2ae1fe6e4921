"""What the schemas do not say: one module per matter, each over one object or over all."""
