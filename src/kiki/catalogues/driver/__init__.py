"""Programs of other environments: started by ``asking``, never imported by Kiki itself."""
