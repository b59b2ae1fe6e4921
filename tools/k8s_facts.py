"""What Kubernetes' OpenAPI document does not say, for ``extract_k8s_schemas``.

Sources: the constants of k8s.io/api (ENUMS) and kubernetes.io/docs, "Deprecated API Migration
Guide" (REMOVED_BEFORE: the last version that served each, for versions older than the schemas).
"""

_PROTOCOL = ["TCP", "UDP", "SCTP"]
_ACCESS = ["ReadWriteOnce", "ReadOnlyMany", "ReadWriteMany", "ReadWriteOncePod"]
_SELECT = ["In", "NotIn", "Exists", "DoesNotExist"]
_PROFILE = ["Localhost", "RuntimeDefault", "Unconfined"]
_POLICY = ["Retain", "Delete", "Recycle"]
_EFFECT = ["NoSchedule", "PreferNoSchedule", "NoExecute"]

ENUMS: dict[str, list[str]] = {
    "apps.v1.DaemonSetUpdateStrategy.type": ["RollingUpdate", "OnDelete"],
    "apps.v1.DeploymentStrategy.type": ["Recreate", "RollingUpdate"],
    "apps.v1.StatefulSetSpec.podManagementPolicy": ["OrderedReady", "Parallel"],
    "apps.v1.StatefulSetUpdateStrategy.type": ["RollingUpdate", "OnDelete"],
    "autoscaling.v2.MetricTarget.type": ["Utilization", "Value", "AverageValue"],
    "batch.v1.CronJobSpec.concurrencyPolicy": ["Allow", "Forbid", "Replace"],
    "batch.v1.JobSpec.completionMode": ["NonIndexed", "Indexed"],
    "core.v1.AppArmorProfile.type": _PROFILE,
    "core.v1.Container.imagePullPolicy": ["Always", "Never", "IfNotPresent"],
    "core.v1.Container.terminationMessagePolicy": ["File", "FallbackToLogsOnError"],
    "core.v1.ContainerPort.protocol": _PROTOCOL,
    "core.v1.HTTPGetAction.scheme": ["HTTP", "HTTPS"],
    "core.v1.HostPathVolumeSource.type": [
        "", "DirectoryOrCreate", "Directory", "FileOrCreate", "File", "Socket", "CharDevice",
        "BlockDevice",
    ],
    "core.v1.NodeSelectorRequirement.operator": [*_SELECT, "Gt", "Lt"],
    "core.v1.PersistentVolumeClaimSpec.accessModes": _ACCESS,
    "core.v1.PersistentVolumeClaimSpec.volumeMode": ["Block", "Filesystem"],
    "core.v1.PersistentVolumeSpec.accessModes": _ACCESS,
    "core.v1.PersistentVolumeSpec.persistentVolumeReclaimPolicy": _POLICY,
    "core.v1.PersistentVolumeSpec.volumeMode": ["Block", "Filesystem"],
    "core.v1.PodSecurityContext.fsGroupChangePolicy": ["OnRootMismatch", "Always"],
    "core.v1.PodSpec.dnsPolicy": ["ClusterFirstWithHostNet", "ClusterFirst", "Default", "None"],
    "core.v1.PodSpec.preemptionPolicy": ["PreemptLowerPriority", "Never"],
    "core.v1.PodSpec.restartPolicy": ["Always", "OnFailure", "Never"],
    "core.v1.SeccompProfile.type": _PROFILE,
    "core.v1.ServicePort.protocol": _PROTOCOL,
    "core.v1.ServiceSpec.externalTrafficPolicy": ["Cluster", "Local"],
    "core.v1.ServiceSpec.internalTrafficPolicy": ["Cluster", "Local"],
    "core.v1.ServiceSpec.ipFamilies": ["IPv4", "IPv6"],
    "core.v1.ServiceSpec.ipFamilyPolicy": ["SingleStack", "PreferDualStack", "RequireDualStack"],
    "core.v1.ServiceSpec.sessionAffinity": ["ClientIP", "None"],
    "core.v1.ServiceSpec.type": ["ExternalName", "ClusterIP", "NodePort", "LoadBalancer"],
    "core.v1.Taint.effect": _EFFECT,
    "core.v1.Toleration.effect": _EFFECT,
    "core.v1.Toleration.operator": ["Exists", "Equal", "Lt", "Gt"],
    "core.v1.TopologySpreadConstraint.whenUnsatisfiable": ["DoNotSchedule", "ScheduleAnyway"],
    "core.v1.VolumeMount.mountPropagation": ["None", "HostToContainer", "Bidirectional"],
    "meta.v1.LabelSelectorRequirement.operator": _SELECT,
    "networking.v1.HTTPIngressPath.pathType": ["Exact", "Prefix", "ImplementationSpecific"],
    "networking.v1.NetworkPolicyPort.protocol": _PROTOCOL,
    "networking.v1.NetworkPolicySpec.policyTypes": ["Ingress", "Egress"],
    "storage.v1.StorageClass.reclaimPolicy": ["Retain", "Delete"],
    "storage.v1.StorageClass.volumeBindingMode": ["Immediate", "WaitForFirstConsumer"],
}  # fmt: skip


# Values of ENUMS that came later than the oldest version whose schemas ship, by version
NEW_VALUES: dict[str, dict[str, tuple[int, ...]]] = {
    "core.v1.Toleration.operator": {"Lt": (1, 35), "Gt": (1, 35)},
}


def _kinds(last: str, version: str, *kinds: str) -> dict[str, str]:
    return {f"{version}/{kind}": last for kind in kinds}


REMOVED_BEFORE: dict[str, str] = {
    **_kinds("1.15", "extensions/v1beta1", "DaemonSet", "Deployment", "NetworkPolicy"),
    **_kinds("1.15", "extensions/v1beta1", "PodSecurityPolicy", "ReplicaSet"),
    **_kinds("1.15", "apps/v1beta1", "Deployment", "StatefulSet"),
    **_kinds("1.15", "apps/v1beta2", "DaemonSet", "Deployment", "ReplicaSet", "StatefulSet"),
    **_kinds("1.21", "extensions/v1beta1", "Ingress"),
    **_kinds("1.21", "networking.k8s.io/v1beta1", "Ingress", "IngressClass"),
    **_kinds("1.21", "apiextensions.k8s.io/v1beta1", "CustomResourceDefinition"),
    **_kinds("1.21", "apiregistration.k8s.io/v1beta1", "APIService"),
    **_kinds(
        "1.21", "admissionregistration.k8s.io/v1beta1",
        "MutatingWebhookConfiguration", "ValidatingWebhookConfiguration",
    ),
    **_kinds("1.21", "certificates.k8s.io/v1beta1", "CertificateSigningRequest"),
    **_kinds("1.21", "coordination.k8s.io/v1beta1", "Lease"),
    **_kinds(
        "1.21", "rbac.authorization.k8s.io/v1beta1",
        "ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding",
    ),
    **_kinds("1.21", "scheduling.k8s.io/v1beta1", "PriorityClass"),
    **_kinds(
        "1.21", "storage.k8s.io/v1beta1", "CSIDriver", "CSINode", "StorageClass",
        "VolumeAttachment",
    ),
    **_kinds("1.24", "autoscaling/v2beta1", "HorizontalPodAutoscaler"),
    **_kinds("1.24", "batch/v1beta1", "CronJob"),
    **_kinds("1.24", "discovery.k8s.io/v1beta1", "EndpointSlice"),
    **_kinds("1.24", "events.k8s.io/v1beta1", "Event"),
    **_kinds("1.24", "node.k8s.io/v1beta1", "RuntimeClass"),
    **_kinds("1.24", "policy/v1beta1", "PodDisruptionBudget", "PodSecurityPolicy"),
}  # fmt: skip
