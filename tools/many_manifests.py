"""Many manifests of many kinds, no two alike, in files of several documents each.

Called by ``tools/bench_kube.py``; by hand:

    .venv/bin/python tools/many_manifests.py 1000 folder    # writes files of ten objects

Valid for Kubernetes 1.20 as for the newest, so that an old kubectl takes them, too. Sizes are those
of applications' own manifests: probes, resources, variables, mounts, policies.
"""

# ruff: noqa: E501 -- lines of manifests, as they are written
import sys
from pathlib import Path

IN_FILE = 10

_META = "metadata:\n  name: {name}\n  namespace: shop-{space}\n  labels:\n    app: {name}\n    tier: t{tier}\n"
_POD = """\
      securityContext:
        runAsNonRoot: true
        fsGroup: {gid}
      containers:
        - name: main
          image: registry.example.net/shop/{name}:1.{minor}.{number}
          args: ["--port={port}", "--level", "info", "--shard={number}"]
          ports:
            - name: http
              containerPort: {port}
          env:
            - name: SHARD
              value: "{number}"
            - name: LEVEL
              valueFrom:
                configMapKeyRef:
                  name: settings-{space}
                  key: level
          resources:
            requests: {{cpu: {cpu}m, memory: {memory}Mi}}
            limits:
              memory: {limit}Mi
          readinessProbe:
            httpGet:
              path: /ready
              port: http
            initialDelaySeconds: {delay}
            periodSeconds: 10
          volumeMounts:
            - name: data
              mountPath: /var/lib/{name}
      volumes:
        - name: data
          emptyDir: {{}}
"""
_TEMPLATE = "  template:\n    metadata:\n      labels:\n        app: {name}\n    spec:\n" + _POD
_SELECTOR = "  selector:\n    matchLabels:\n      app: {name}\n"
_KINDS = (
    "apiVersion: apps/v1\nkind: Deployment\n" + _META
    + "spec:\n  replicas: {replicas}\n  strategy:\n    type: RollingUpdate\n    rollingUpdate:\n      maxSurge: 25%\n"
    + _SELECTOR + _TEMPLATE,
    "apiVersion: v1\nkind: Service\n" + _META
    + "spec:\n  type: ClusterIP\n  selector:\n    app: {name}\n  ports:\n    - name: http\n      port: 80\n"
    "      targetPort: {port}\n      protocol: TCP\n",
    "apiVersion: v1\nkind: ConfigMap\n" + _META
    + "data:\n  level: info\n  shard: \"{number}\"\n  app.properties: |\n    port={port}\n    shard={number}\n    # {name}\n",
    "apiVersion: apps/v1\nkind: StatefulSet\n" + _META
    + "spec:\n  serviceName: {name}\n  replicas: {replicas}\n" + _SELECTOR + _TEMPLATE
    + "  volumeClaimTemplates:\n    - metadata:\n        name: disk\n      spec:\n        accessModes: [ReadWriteOnce]\n"
    "        resources:\n          requests:\n            storage: {memory}Gi\n",
    "apiVersion: networking.k8s.io/v1\nkind: Ingress\n" + _META
    + "spec:\n  rules:\n    - host: {name}.example.net\n      http:\n        paths:\n          - path: /\n"
    "            pathType: Prefix\n            backend:\n              service:\n                name: {name}\n"
    "                port:\n                  number: 80\n",
    "apiVersion: batch/v1\nkind: Job\n" + _META
    + "spec:\n  backoffLimit: {tier}\n  template:\n    metadata:\n      labels:\n        app: {name}\n    spec:\n"
    "      restartPolicy: Never\n" + _POD,
    "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\n" + _META
    + "spec:\n  podSelector:\n    matchLabels:\n      app: {name}\n  policyTypes: [Ingress]\n  ingress:\n    - from:\n"
    "        - namespaceSelector:\n            matchLabels:\n              tier: t{tier}\n      ports:\n"
    "        - port: {port}\n          protocol: TCP\n",
    "apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\n" + _META
    + 'rules:\n  - apiGroups: [""]\n    resources: [pods, pods/log]\n    verbs: [get, list, watch]\n'
    "  - apiGroups: [apps]\n    resources: [deployments]\n    resourceNames: [{name}]\n    verbs: [get, patch]\n",
    "apiVersion: v1\nkind: PersistentVolumeClaim\n" + _META
    + "spec:\n  accessModes: [ReadWriteOnce]\n  storageClassName: fast-{tier}\n  resources:\n    requests:\n"
    "      storage: {memory}Gi\n",
    "apiVersion: apps/v1\nkind: DaemonSet\n" + _META + "spec:\n" + _SELECTOR + _TEMPLATE,
)  # fmt: skip


def manifest(number: int) -> str:
    """The object of that number, of the kind whose turn it is."""
    return _KINDS[number % len(_KINDS)].format(
        name=f"app-{number}", number=number, space=number % 17, tier=number % 5, gid=1000 + number,
        minor=number % 30, port=8000 + number % 1000, cpu=10 + number % 90, delay=number % 60,
        memory=32 + number % 200, limit=300 + number % 300, replicas=1 + number % 7,
    )  # fmt: skip


def write(count: int, folder: Path) -> None:
    """Write *count* objects into files of ten."""
    folder.mkdir(parents=True, exist_ok=True)
    for first in range(0, count, IN_FILE):
        many = range(first, min(first + IN_FILE, count))
        text = "---\n".join(manifest(number) for number in many)
        (folder / f"{first:05d}.yaml").write_text(text)


if __name__ == "__main__":
    write(int(sys.argv[1]), Path(sys.argv[2]))
