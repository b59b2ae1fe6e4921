#!/bin/bash
# The Kubernetes with a node, as a lab of its own: labs/kube.sh with the word `node` after up, status, down or purge.
exec "$(dirname "$(realpath "${BASH_SOURCE[0]}")")/kube.sh" "${1:-}" node
