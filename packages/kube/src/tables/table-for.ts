// Chooses the table of a resource: kubectl's for built-in kinds, the definition's columns for a custom resource.
import type { KubeObject } from '../value/value.ts'
import * as access from './access-tables.ts'
import * as cluster from './cluster-tables.ts'
import { age, createdAt, name, plainTable, type ReleaseTable, tableOf } from './columns.ts'
import { customTable } from './custom-table.ts'
import * as device from './device-tables.ts'
import * as extension from './extension-tables.ts'
import * as networking from './networking-tables.ts'
import { NEWEST_MINOR } from './release.ts'
import { removedIn } from './removed-versions.ts'
import { type Resource, resourceOfKind } from './resources.ts'
import * as scheduling from './scheduling-tables.ts'
import * as storage from './storage-tables.ts'
import type { ResourceTable } from './types.ts'
import * as workload from './workload-tables.ts'

type Tables = Record<string, ReleaseTable | ((apiVersion: string) => ReleaseTable)>

/** By kind. The catalogue decides in which groups a kind is Kubernetes' own, so that policy's Eviction does not get the stored one's table. */
const TABLES: Tables = {
  Pod: workload.pods,
  PodTemplate: workload.podTemplates,
  ReplicationController: workload.replicationControllers,
  ReplicaSet: workload.replicaSets,
  Deployment: workload.deployments,
  StatefulSet: workload.statefulSets,
  PetSet: workload.statefulSets,
  DaemonSet: workload.daemonSets,
  Job: workload.jobs,
  CronJob: workload.cronJobs,
  ScheduledJob: workload.cronJobs,
  ControllerRevision: workload.controllerRevisions,
  HorizontalPodAutoscaler: workload.horizontalPodAutoscalers,
  PodDisruptionBudget: workload.podDisruptionBudgets,
  Service: networking.services,
  Endpoints: networking.endpoints,
  EndpointSlice: networking.endpointSlices,
  Ingress: networking.ingresses,
  IngressClass: networking.ingressClasses,
  NetworkPolicy: networking.networkPolicies,
  IPAddress: networking.ipAddresses,
  ServiceCIDR: networking.serviceCIDRs,
  ClusterCIDR: networking.clusterCIDRs,
  RangeAllocation: networking.rangeAllocations,
  PersistentVolume: storage.persistentVolumes,
  PersistentVolumeClaim: storage.persistentVolumeClaims,
  StorageClass: storage.storageClasses,
  VolumeAttributesClass: storage.volumeAttributesClasses,
  VolumeAttachment: storage.volumeAttachments,
  CSINode: storage.csiNodes,
  CSIDriver: storage.csiDrivers,
  CSIStorageCapacity: storage.csiStorageCapacities,
  Node: cluster.nodes,
  Namespace: cluster.namespaces,
  Event: cluster.events,
  Lease: cluster.leases,
  LeaseCandidate: cluster.leaseCandidates,
  ConfigMap: cluster.configMaps,
  Secret: cluster.secrets,
  ServiceAccount: cluster.serviceAccounts,
  ResourceQuota: cluster.resourceQuotas,
  PriorityClass: cluster.priorityClasses,
  RuntimeClass: cluster.runtimeClasses,
  FlowSchema: cluster.flowSchemas,
  PriorityLevelConfiguration: cluster.priorityLevelConfigurations,
  RoleBinding: access.roleBindings,
  ClusterRoleBinding: access.roleBindings,
  CertificateSigningRequest: access.certificateSigningRequests,
  ClusterTrustBundle: access.clusterTrustBundles,
  PodCertificateRequest: access.podCertificateRequests,
  PodSecurityPolicy: access.podSecurityPolicies,
  MutatingWebhookConfiguration: access.webhookConfigurations,
  ValidatingWebhookConfiguration: access.webhookConfigurations,
  ValidatingAdmissionPolicy: access.validatingAdmissionPolicies,
  ValidatingAdmissionPolicyBinding: access.admissionPolicyBindings,
  MutatingAdmissionPolicy: access.mutatingAdmissionPolicies,
  MutatingAdmissionPolicyBinding: access.admissionPolicyBindings,
  Workload: scheduling.workloads,
  PodGroup: scheduling.podGroups,
  CompositePodGroup: scheduling.compositePodGroups,
  EvictionRequest: scheduling.evictionRequests,
  Eviction: scheduling.evictions,
  CustomResourceDefinition: extension.customResourceDefinitions,
  APIService: extension.apiServices,
  ThirdPartyResource: extension.thirdPartyResources,
  ThirdPartyResourceData: extension.nameAndAge,
  Cluster: extension.federatedClusters,
  StorageVersion: extension.storageVersions,
  StorageVersionMigration: extension.storageVersionMigrations,
  ResourceClaim: device.resourceClaims,
  ResourceClaimTemplate: device.resourceClaimTemplates,
  ResourceSlice: device.resourceSlices,
  ResourceClaimParameters: device.resourceParameters,
  ResourceClassParameters: device.resourceParameters,
  ResourcePoolStatusRequest: device.resourcePoolStatusRequests,
  ResourceClass: device.resourceClasses,
  DeviceClass: extension.nameAndAge,
  DeviceTaintRule: device.deviceTaintRules,
  PodScheduling: device.podSchedulingContexts,
  PodSchedulingContext: device.podSchedulingContexts,
}

/** For roles, limit ranges …: the API server has no specific table and sends this one. */
const SERVER_DEFAULT = tableOf(name, createdAt)
const UNKNOWN_KIND = plainTable([name, age])

/** What every object of any kind has: columns with these names can be filled in any table. */
export const outlineTable = plainTable([name, age, createdAt])

function builtInTable(apiVersion: string, kind: string): ReleaseTable {
  const table = TABLES[kind]
  return typeof table === 'function' ? table(apiVersion) : (table ?? SERVER_DEFAULT)
}

/** For a version that a release no longer serves, the last release that printed it. */
function printedBy(apiVersion: string, kind: string, minor: number): number {
  const removed = removedIn(apiVersion, kind)
  return removed === undefined ? minor : Math.min(minor, removed - 1)
}

/**
 * The table for objects of a kind, whose cells come from the stored object alone.
 * @param apiVersion as stored (`apps/v1`): cells read the fields of this version
 * @param crd the CustomResourceDefinition as stored, for a custom kind
 * @param minor the release of Kubernetes whose columns are used, 36 for 1.36; default: the newest known
 */
export function tableFor(apiVersion: string, kind: string, crd?: KubeObject, minor = NEWEST_MINOR): ResourceTable {
  const resource = resourceOfKind(apiVersion, kind)
  if (resource && !resource.custom) return builtInTable(apiVersion, kind).at(printedBy(apiVersion, kind, minor))
  return crd ? customTable(crd, apiVersion.slice(apiVersion.indexOf('/') + 1)) : UNKNOWN_KIND
}

/** Whether releases of Kubernetes print the resource differently. */
export function differsByRelease(resource: Resource | undefined): boolean {
  if (resource === undefined || resource.custom) return false
  return resource.versions.some((apiVersion) => builtInTable(apiVersion, resource.kind).changes.length > 0)
}
