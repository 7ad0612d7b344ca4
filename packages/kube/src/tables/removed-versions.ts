// API versions that Kubernetes has stopped serving, and since which minor release: from the deprecated API migration guide, the release notes, and
// the lifecycle declared by the API's types (`npm run descriptors` names what is missing here).

/** `kinds` undefined: the whole version. Only versions in which objects were ever stored. */
interface Removal {
  apiVersion: string
  kinds?: readonly string[]
  /** 1.`minor` is the first release without it. */
  minor: number
}

const rbac = 'rbac.authorization.k8s.io'
const admission = 'admissionregistration.k8s.io'
const flowcontrol = 'flowcontrol.apiserver.k8s.io'
const dra = 'resource.k8s.io'

// CustomResourceDefinitions are not listed: the newest API servers still store and read them as apiextensions.k8s.io/v1beta1. Nor are APIServices,
// which every API server rewrites at its start.
const REMOVALS: readonly Removal[] = [
  { apiVersion: 'policy/v1alpha1', minor: 5 },
  { apiVersion: 'apps/v1alpha1', minor: 5 },
  { apiVersion: 'certificates.k8s.io/v1alpha1', kinds: ['CertificateSigningRequest'], minor: 6 },
  { apiVersion: 'autoscaling/v2alpha1', minor: 8 },
  { apiVersion: 'extensions/v1beta1', kinds: ['ThirdPartyResource', 'ThirdPartyResourceData'], minor: 8 },
  { apiVersion: 'extensions/v1beta1', kinds: ['Job', 'HorizontalPodAutoscaler'], minor: 6 },
  { apiVersion: `${admission}/v1alpha1`, kinds: ['ExternalAdmissionHookConfiguration'], minor: 9 },
  { apiVersion: `${admission}/v1alpha1`, kinds: ['InitializerConfiguration'], minor: 14 },
  {
    apiVersion: 'extensions/v1beta1',
    kinds: ['DaemonSet', 'Deployment', 'ReplicaSet', 'NetworkPolicy', 'PodSecurityPolicy'],
    minor: 16,
  },
  { apiVersion: 'apps/v1beta1', minor: 16 },
  { apiVersion: 'apps/v1beta2', minor: 16 },
  { apiVersion: 'auditregistration.k8s.io/v1alpha1', minor: 19 },
  { apiVersion: 'settings.k8s.io/v1alpha1', minor: 20 },
  { apiVersion: 'batch/v2alpha1', minor: 21 },
  { apiVersion: 'discovery.k8s.io/v1alpha1', minor: 21 },
  { apiVersion: 'extensions/v1beta1', kinds: ['Ingress'], minor: 22 },
  { apiVersion: 'networking.k8s.io/v1beta1', kinds: ['Ingress', 'IngressClass'], minor: 22 },
  { apiVersion: `${admission}/v1beta1`, kinds: ['MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration'], minor: 22 },
  { apiVersion: 'certificates.k8s.io/v1beta1', kinds: ['CertificateSigningRequest'], minor: 22 },
  { apiVersion: 'coordination.k8s.io/v1beta1', kinds: ['Lease'], minor: 22 },
  { apiVersion: `${rbac}/v1beta1`, minor: 22 },
  { apiVersion: `${rbac}/v1alpha1`, minor: 22 },
  { apiVersion: 'scheduling.k8s.io/v1beta1', kinds: ['PriorityClass'], minor: 22 },
  { apiVersion: 'scheduling.k8s.io/v1alpha1', kinds: ['PriorityClass'], minor: 22 },
  { apiVersion: 'storage.k8s.io/v1beta1', kinds: ['CSIDriver', 'CSINode', 'StorageClass', 'VolumeAttachment'], minor: 22 },
  { apiVersion: 'batch/v1beta1', minor: 25 },
  { apiVersion: 'discovery.k8s.io/v1beta1', minor: 25 },
  { apiVersion: 'events.k8s.io/v1beta1', minor: 25 },
  { apiVersion: 'autoscaling/v2beta1', minor: 25 },
  { apiVersion: 'policy/v1beta1', minor: 25 },
  { apiVersion: 'node.k8s.io/v1beta1', minor: 25 },
  { apiVersion: 'autoscaling/v2beta2', minor: 26 },
  { apiVersion: `${flowcontrol}/v1alpha1`, minor: 24 },
  { apiVersion: `${flowcontrol}/v1beta1`, minor: 26 },
  { apiVersion: 'storage.k8s.io/v1beta1', kinds: ['CSIStorageCapacity'], minor: 27 },
  { apiVersion: `${flowcontrol}/v1beta2`, minor: 29 },
  { apiVersion: `${flowcontrol}/v1beta3`, minor: 32 },
  { apiVersion: 'storage.k8s.io/v1alpha1', kinds: ['VolumeAttachment', 'CSIStorageCapacity'], minor: 24 },
  { apiVersion: `${dra}/v1alpha1`, minor: 27 },
  { apiVersion: 'networking.k8s.io/v1alpha1', kinds: ['ClusterCIDR'], minor: 29 },
  { apiVersion: `${dra}/v1alpha2`, minor: 31 },
  { apiVersion: `${admission}/v1alpha1`, kinds: ['ValidatingAdmissionPolicy', 'ValidatingAdmissionPolicyBinding'], minor: 32 },
  { apiVersion: 'coordination.k8s.io/v1alpha1', kinds: ['LeaseCandidate'], minor: 32 },
  { apiVersion: `${dra}/v1alpha3`, kinds: ['PodSchedulingContext'], minor: 32 },
  { apiVersion: `${admission}/v1beta1`, kinds: ['ValidatingAdmissionPolicy', 'ValidatingAdmissionPolicyBinding'], minor: 34 },
  { apiVersion: 'networking.k8s.io/v1alpha1', kinds: ['IPAddress', 'ServiceCIDR'], minor: 34 },
  { apiVersion: `${dra}/v1alpha3`, kinds: ['DeviceClass', 'ResourceClaim', 'ResourceClaimTemplate', 'ResourceSlice'], minor: 34 },
  { apiVersion: 'certificates.k8s.io/v1alpha1', kinds: ['PodCertificateRequest'], minor: 35 },
  { apiVersion: 'storage.k8s.io/v1alpha1', kinds: ['VolumeAttributesClass'], minor: 35 },
  { apiVersion: 'storagemigration.k8s.io/v1alpha1', minor: 35 },
  { apiVersion: 'scheduling.k8s.io/v1alpha1', kinds: ['Workload'], minor: 36 },
  { apiVersion: 'certificates.k8s.io/v1alpha1', kinds: ['ClusterTrustBundle'], minor: 37 },
  { apiVersion: 'networking.k8s.io/v1beta1', kinds: ['IPAddress', 'ServiceCIDR'], minor: 37 },
  { apiVersion: 'scheduling.k8s.io/v1alpha2', minor: 37 },
  { apiVersion: 'storage.k8s.io/v1beta1', kinds: ['VolumeAttributesClass'], minor: 37 },
  { apiVersion: `${dra}/v1beta1`, minor: 38 },
]

const byVersion = new Map<string, Removal[]>()
for (const removal of REMOVALS) byVersion.set(removal.apiVersion, [...(byVersion.get(removal.apiVersion) ?? []), removal])

/** The minor release that stopped serving the kind in this version; undefined if it is served or unknown. */
export function removedIn(apiVersion: string, kind: string): number | undefined {
  return byVersion.get(apiVersion)?.find(({ kinds }) => kinds === undefined || kinds.includes(kind))?.minor
}
