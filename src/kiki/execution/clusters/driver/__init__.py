"""The program of the Kubernetes client's environment: started by ``client``, never imported."""
