// Chooses the table of a resource: kubectl's for what Kubernetes itself has, the definition's columns for a custom resource.
import type { KubeObject } from '../value.ts'
import * as access from './access-tables.ts'
import * as cluster from './cluster-tables.ts'
import { age, createdAt, name, tableOf } from './columns.ts'
import { customTable } from './custom-table.ts'
import * as extension from './extension-tables.ts'
import * as networking from './networking-tables.ts'
import { resourceOfKind } from './resources.ts'
import * as storage from './storage-tables.ts'
import type { ResourceTable } from './types.ts'
import * as workload from './workload-tables.ts'

type Tables = Record<string, ResourceTable | ((apiVersion: string) => ResourceTable)>

/** By kind; whether a kind is Kubernetes' own is the catalogue's to say. */
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
  APIService: extension.apiServices,
  ThirdPartyResource: extension.thirdPartyResources,
  ThirdPartyResourceData: extension.nameAndAge,
  Cluster: extension.federatedClusters,
  StorageVersion: extension.storageVersions,
  StorageVersionMigration: extension.storageVersionMigrations,
  ResourceClaim: extension.resourceClaims,
  ResourceClaimTemplate: extension.resourceClaimTemplates,
  ResourceSlice: extension.resourceSlices,
  ResourceClass: extension.resourceClasses,
  DeviceClass: extension.nameAndAge,
  DeviceTaintRule: extension.deviceTaintRules,
  PodScheduling: extension.podSchedulingContexts,
  PodSchedulingContext: extension.podSchedulingContexts,
}

/** Roles, limit ranges, definitions …: the API server has no own table for them and sends this one. */
const SERVER_DEFAULT = tableOf(name, createdAt)
const UNKNOWN_KIND = tableOf(name, age)

/** What is known of every object, whatever its kind: the columns of these names can be filled in any table. */
export const outlineTable = tableOf(name, age, createdAt)

/**
 * The table of the objects of a kind, all of whose cells come from the stored object alone.
 * @param apiVersion as stored (`apps/v1`): some columns changed with the version
 * @param crd the CustomResourceDefinition as stored, when the kind is a custom one
 */
export function tableFor(apiVersion: string, kind: string, crd?: KubeObject): ResourceTable {
  const resource = resourceOfKind(apiVersion, kind)
  if (resource && !resource.custom) {
    const table = TABLES[kind]
    return typeof table === 'function' ? table(apiVersion) : (table ?? SERVER_DEFAULT)
  }
  return crd ? customTable(crd, apiVersion.slice(apiVersion.indexOf('/') + 1)) : UNKNOWN_KIND
}
