import { existsSync, readdirSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decode } from '../decode/decode.ts'
import { decodeFields } from '../decode/decode-fields.ts'
import type { KubeObject } from '../value/value.ts'
import { NEWEST_MINOR } from './release.ts'
import { RESOURCES } from './resources.ts'
import { tableFor } from './table-for.ts'

const context = { now: new Date('2026-11-23T12:00:00Z') }
const metadata = { name: 'x', creationTimestamp: '2026-11-23T11:50:00Z' }

/** The cells of an object by column name, made of the fields that the columns name in their paths, as for a page. */
function row(apiVersion: string, kind: string, object: KubeObject, minor?: number): Record<string, unknown> {
  const table = tableFor(apiVersion, kind, undefined, minor)
  const whole = { apiVersion, kind, metadata, ...object }
  const selected = table.paths && decodeFields(new TextEncoder().encode(JSON.stringify(whole)), table.paths).object
  const cells = table.cells(selected ?? whole, context)
  return Object.fromEntries(table.columns.map((column, index) => [column.name, cells[index]]))
}

describe('kinds that the captured cluster lacks', () => {
  test('autoscalers of autoscaling/v2 name their metrics, and only two of them', () => {
    const spec = {
      scaleTargetRef: { kind: 'Deployment', name: 'web' },
      maxReplicas: 9,
      metrics: [
        { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 70 } } },
        { type: 'Resource', resource: { name: 'memory', target: { type: 'AverageValue', averageValue: '1Gi' } } },
        { type: 'External', external: { metric: { name: 'queue' }, target: { type: 'Value', value: '30' } } },
      ],
    }
    const status = {
      currentReplicas: 3,
      currentMetrics: [
        { type: 'Resource', resource: { name: 'cpu', current: { averageUtilization: 12 } } },
        { type: 'Resource', resource: { name: 'memory', current: { averageValue: '200Mi' } } },
      ],
    }
    expect(row('autoscaling/v2', 'HorizontalPodAutoscaler', { spec, status })).toEqual({
      Name: 'x',
      Reference: 'Deployment/web',
      Targets: 'cpu: 12%/70%, memory: 200Mi/1Gi + 1 more...',
      MinPods: '1',
      MaxPods: 9,
      Replicas: 3,
      Age: '10m',
    })
  })

  test('autoscalers of older versions keep other metrics in annotations; before 1.30 the server did not name resources', () => {
    const annotations = {
      'autoscaling.alpha.kubernetes.io/metrics': '[{"type":"Pods","pods":{"metricName":"rps","targetAverageValue":"500"}}]',
      'autoscaling.alpha.kubernetes.io/current-metrics':
        '[{"type":"Pods","pods":{"currentAverageValue":"312500m"}},{"type":"Resource","resource":{"name":"cpu","currentAverageUtilization":9}}]',
    }
    expect(
      row('autoscaling/v1', 'HorizontalPodAutoscaler', {
        metadata: { ...metadata, annotations },
        spec: { targetCPUUtilizationPercentage: 80 },
      }),
    ).toMatchObject({ Targets: '312500m/500, cpu: 9%/80%' })
    expect(
      row(
        'autoscaling/v1',
        'HorizontalPodAutoscaler',
        { metadata: { ...metadata, annotations }, spec: { targetCPUUtilizationPercentage: 80 } },
        29,
      ),
    ).toMatchObject({ Targets: '312500m/500, 9%/80%' })
    expect(row('autoscaling/v1', 'HorizontalPodAutoscaler', { spec: {} })).toMatchObject({ Targets: '<none>' })
    const object = { type: 'Object', object: { targetValue: '10', averageValue: '2' } }
    const status = { currentMetrics: [{ type: 'Object', object: { currentValue: '7', averageValue: '1' } }] }
    expect(row('autoscaling/v2beta1', 'HorizontalPodAutoscaler', { spec: { metrics: [object] }, status })).toMatchObject({
      Targets: '1/2 (avg)',
    })
    expect(
      row('autoscaling/v2beta2', 'HorizontalPodAutoscaler', {
        spec: { metrics: [{ type: 'External', external: { target: { value: '5' } } }] },
      }),
    ).toMatchObject({ Targets: '<unknown>/5' })
  })

  test('jobs that are finished, suspended or without a number of completions', () => {
    const condition = (type: string) => ({ conditions: [{ type, status: 'True' }] })
    const times = { startTime: '2026-11-23T11:00:00Z', completionTime: '2026-11-23T11:01:40Z' }
    expect(
      row('batch/v1', 'Job', { spec: { completions: 3 }, status: { ...condition('Complete'), ...times, succeeded: 3 } }),
    ).toMatchObject({
      Status: 'Complete',
      Completions: '3/3',
      Duration: '100s',
    })
    expect(row('batch/v1', 'Job', { spec: { parallelism: 4 }, status: condition('Suspended') })).toMatchObject({
      Status: 'Suspended',
      Completions: '0/1 of 4',
      Duration: '',
    })
    expect(row('batch/v1', 'Job', { metadata: { ...metadata, deletionTimestamp: '2026-11-23T11:59:00Z' } })).toMatchObject({
      Status: 'Terminating',
      Completions: '0/1',
    })
  })

  test('services of every type', () => {
    const lb = { loadBalancer: { ingress: [{ ip: '198.51.100.9' }, { hostname: 'lb.example' }, { ip: '198.51.100.10' }] } }
    const ports = [
      { port: 80, nodePort: 30080, protocol: 'TCP' },
      { port: 53, protocol: 'UDP' },
    ]
    expect(
      row('v1', 'Service', { spec: { type: 'LoadBalancer', clusterIP: '10.0.0.7', ports, externalIPs: ['203.0.113.5'] }, status: lb }),
    ).toMatchObject({
      'Cluster-IP': '10.0.0.7',
      'External-IP': '198.51.100.10,198.51.100.9,lb.example,203.0.113.5',
      'Port(s)': '80:30080/TCP,53/UDP',
    })
    expect(row('v1', 'Service', { spec: { type: 'LoadBalancer' } })).toMatchObject({ 'External-IP': '<pending>', 'Port(s)': '<none>' })
    expect(row('v1', 'Service', { spec: { type: 'ExternalName', externalName: 'db.example' } })).toMatchObject({
      'Cluster-IP': '<none>',
      'External-IP': 'db.example',
    })
  })

  test('ingresses with many hosts, endpoints of IPv6 and without ports', () => {
    const rules = ['a', 'b', 'c', 'd'].map((host) => ({ host }))
    expect(row('networking.k8s.io/v1', 'Ingress', { spec: { rules, ingressClassName: 'nginx' } })).toMatchObject({
      Class: 'nginx',
      Hosts: 'a,b,c + 1 more...',
      Ports: '80',
    })
    expect(row('networking.k8s.io/v1', 'Ingress', { spec: { rules: [{}] } })).toMatchObject({ Hosts: '*' })
    expect(row('v1', 'Endpoints', { subsets: [{ addresses: [{ ip: '2001:db8::1' }], ports: [{ port: 80 }] }] })).toMatchObject({
      Endpoints: '[2001:db8::1]:80',
    })
    expect(row('v1', 'Endpoints', { subsets: [{ addresses: [{ ip: '10.0.0.1' }] }] })).toMatchObject({ Endpoints: '10.0.0.1' })
    expect(row('v1', 'Endpoints', { subsets: null })).toMatchObject({ Endpoints: '<none>' })
    expect(row('discovery.k8s.io/v1', 'EndpointSlice', { addressType: 'IPv4', ports: [{}], endpoints: null })).toMatchObject({
      Ports: '*',
      Endpoints: '<unset>',
    })
  })

  test('selectors with expressions', () => {
    const selector = {
      matchLabels: { tier: 'web' },
      matchExpressions: [
        { key: 'zone', operator: 'In', values: ['b', 'a'] },
        { key: 'app', operator: 'NotIn', values: ['x'] },
        { key: 'gpu', operator: 'DoesNotExist' },
        { key: 'ready', operator: 'Exists' },
      ],
    }
    expect(row('apps/v1', 'ReplicaSet', { spec: { selector } })).toMatchObject({
      Selector: 'app notin (x),!gpu,ready,tier=web,zone in (a,b)',
    })
    const invalid = { matchExpressions: [{ key: 'zone', operator: 'In' }] }
    expect(row('apps/v1', 'ReplicaSet', { spec: { selector: invalid } })).toMatchObject({ Selector: '<error>' })
    expect(row('apps/v1', 'Deployment', { spec: { selector: invalid } })).toMatchObject({ Selector: '<invalid>', Ready: '0/1' })
  })

  test('nodes with roles, cordoned, without conditions', () => {
    const labels = { 'node-role.kubernetes.io/control-plane': '', 'kubernetes.io/role': 'master', 'node-role.kubernetes.io/': '' }
    expect(row('v1', 'Node', { metadata: { ...metadata, labels }, spec: { unschedulable: true } })).toMatchObject({
      Status: 'Unknown,SchedulingDisabled',
      Roles: 'control-plane,master',
    })
  })

  test('waiting and terminating claims, volumes with the beta class annotation', () => {
    const annotations = { 'volume.beta.kubernetes.io/storage-class': 'old' }
    expect(row('v1', 'PersistentVolumeClaim', { metadata: { ...metadata, annotations }, status: { phase: 'Pending' } })).toMatchObject({
      Status: 'Pending',
      Capacity: '',
      'Access Modes': '',
      StorageClass: 'old',
      VolumeMode: 'Filesystem',
    })
    expect(row('v1', 'PersistentVolumeClaim', { spec: { volumeMode: 'Block' } })).toMatchObject({ VolumeMode: 'Block' })
    expect(
      row('v1', 'PersistentVolume', {
        metadata: { ...metadata, deletionTimestamp: '2026-11-23T11:59:00Z' },
        spec: { accessModes: ['ReadWriteMany', 'ReadWriteOnce', 'ReadWriteMany', 'ReadWriteOncePod'], volumeAttributesClassName: 'gold' },
      }),
    ).toMatchObject({ Status: 'Terminating', 'Access Modes': 'RWO,RWX,RWOP', Capacity: '0', Claim: '', VolumeAttributesClass: 'gold' })
  })

  test('drivers, admission policies, priority levels and API services', () => {
    expect(
      row('storage.k8s.io/v1', 'CSIDriver', { spec: { tokenRequests: [{ audience: 'a' }, {}], storageCapacity: true } }),
    ).toMatchObject({
      AttachRequired: true,
      StorageCapacity: true,
      TokenRequests: 'a,',
      RequiresRepublish: false,
    })
    const admission = 'admissionregistration.k8s.io/v1'
    expect(row(admission, 'ValidatingAdmissionPolicyBinding', { spec: { paramRef: { name: 'p' } } })).toMatchObject({ ParamRef: '*/p' })
    const selector = { matchLabels: { a: 'b' }, matchExpressions: [{ key: 'k', operator: 'In', values: ['x', 'y'] }] }
    expect(row(admission, 'MutatingAdmissionPolicyBinding', { spec: { paramRef: { selector } } })).toMatchObject({
      ParamRef:
        '&LabelSelector{MatchLabels:map[string]string{a: b,},MatchExpressions:[]LabelSelectorRequirement{LabelSelectorRequirement{Key:k,Operator:In,Values:[x y],},},}',
    })
    expect(
      row('flowcontrol.apiserver.k8s.io/v1', 'PriorityLevelConfiguration', {
        spec: { type: 'Limited', limited: { nominalConcurrencyShares: 5 } },
      }),
    ).toMatchObject({ NominalConcurrencyShares: 5, Queues: '<none>' })
    const conditions = [{ type: 'Available', status: 'False', reason: 'ServiceNotFound' }]
    expect(
      row('apiregistration.k8s.io/v1', 'APIService', {
        spec: { service: { namespace: 'kube-system', name: 'metrics' } },
        status: { conditions },
      }),
    ).toMatchObject({ Service: 'kube-system/metrics', Available: 'False (ServiceNotFound)' })
  })

  test('events of the newer API', () => {
    const event = {
      eventTime: '2026-11-23T11:00:00.5Z',
      series: { count: 4, lastObservedTime: '2026-11-23T11:59:00.000000Z' },
      regarding: { kind: 'Pod', name: 'web', fieldPath: 'spec.containers{web}' },
      note: ' Back-off ',
      reportingController: 'kubelet',
      reportingInstance: 'n1',
    }
    expect(row('events.k8s.io/v1', 'Event', event)).toMatchObject({
      'Last Seen': '60s',
      'First Seen': '59m',
      Object: 'pod/web',
      Subobject: 'spec.containers{web}',
      Source: 'kubelet, n1',
      Message: 'Back-off',
      Count: 4,
    })
  })

  test('resource claims in the columns of their release', () => {
    const claimed = { status: { allocation: {}, reservedFor: [] }, metadata: { ...metadata, deletionTimestamp: '2026-11-23T11:59:00Z' } }
    expect(row('resource.k8s.io/v1', 'ResourceClaim', claimed)).toEqual({ Name: 'x', State: 'deleted,allocated', Age: '10m' })
    expect(row('resource.k8s.io/v1alpha2', 'ResourceClaim', { ...claimed, spec: { resourceClassName: 'gpu' } })).toEqual({
      Name: 'x',
      ResourceClassName: 'gpu',
      AllocationMode: 'WaitForFirstConsumer',
      State: 'deleted,allocated,deallocating',
      Age: '10m',
    })
    expect(row('resource.k8s.io/v1', 'ResourceClaim', {})).toMatchObject({ State: 'pending' })
  })

  test('addresses, ranges, migrations and third-party resources', () => {
    const parentRef = { group: '', resource: 'services', namespace: 'shop', name: 'orders' }
    expect(row('networking.k8s.io/v1', 'IPAddress', { spec: { parentRef } })).toEqual({ Name: 'x', ParentRef: 'services/shop/orders' })
    expect(row('v1', 'RangeAllocation', { metadata: {}, range: '10.254.0.0/16', data: 'AgE=' })).toEqual({
      Name: '',
      Range: '10.254.0.0/16',
      Allocated: 2,
      Age: '<unknown>',
    })
    expect(
      row('storagemigration.k8s.io/v1beta1', 'StorageVersionMigration', { spec: { resource: { resource: 'pods', group: '' } } }),
    ).toEqual({
      Name: 'x',
      Resource: 'pods',
      Status: 'Unknown',
    })
    expect(row('extensions/v1beta1', 'ThirdPartyResource', { description: 'd', versions: [{ name: 'v1' }, { name: 'v2' }] })).toEqual({
      Name: 'x',
      Description: 'd',
      'Version(s)': 'v1,v2',
    })
  })

  test('everybody, as in rbac v1alpha1', () => {
    const subjects = [
      { kind: 'User', name: '*' },
      { kind: 'ServiceAccount', namespace: 'shop', name: 'ci' },
    ]
    expect(row('rbac.authorization.k8s.io/v1alpha1', 'RoleBinding', { roleRef: { kind: 'Role', name: 'r' }, subjects })).toMatchObject({
      Role: 'Role/r',
      Users: '',
      Groups: 'system:authenticated',
      ServiceAccounts: 'shop/ci',
    })
  })
})

describe('tableFor', () => {
  test('gives an unknown kind name and age', () => {
    expect(row('example.org/v1', 'Thing', {})).toEqual({ Name: 'x', Age: '10m' })
  })

  test('uses the API server’s default columns for kinds without a table', () => {
    expect(row('rbac.authorization.k8s.io/v1', 'Role', {})).toEqual({ Name: 'x', 'Created At': '2026-11-23T11:50:00Z' })
  })

  test('never throws, for objects of any structure', () => {
    const tables = RESOURCES.flatMap((resource) => resource.versions.map((version) => tableFor(version, resource.kind)))
    const members = fc.constantFrom(
      'metadata',
      'spec',
      'status',
      'subsets',
      'data',
      'rules',
      'subjects',
      'template',
      'conditions',
      'containers',
    )
    const value = fc.letrec((tie) => ({
      node: fc.oneof(
        { depthSize: 'small' },
        fc.jsonValue({ maxDepth: 1 }),
        fc.array(tie('node'), { maxLength: 3 }),
        fc.dictionary(members, tie('node'), { maxKeys: 5 }),
      ),
    })).node
    fc.assert(
      fc.property(fc.dictionary(members, value), (object) => {
        for (const table of tables) expect(table.cells(object as KubeObject, context)).toHaveLength(table.columns.length)
      }),
      { numRuns: 60 },
    )
  })
})

/** The column names; those of `-o wide` with a star. */
const columns = (apiVersion: string, kind: string, minor?: number) =>
  tableFor(apiVersion, kind, undefined, minor)
    .columns.map(({ name, priority }) => `${name}${priority > 0 ? '*' : ''}`)
    .join(', ')

describe('differences between releases', () => {
  test.each([
    ['v1', 'ServiceAccount', 34, 'Name, Secrets, Age'],
    ['v1', 'ServiceAccount', 35, 'Name, Age'],
    ['v1', 'ResourceQuota', 32, 'Name, Age, Request, Limit'],
    ['v1', 'ResourceQuota', 33, 'Name, Request, Limit, Age'],
    ['batch/v1', 'Job', 29, 'Name, Completions, Duration, Age, Containers*, Images*, Selector*'],
    ['batch/v1', 'Job', 30, 'Name, Status, Completions, Duration, Age, Containers*, Images*, Selector*'],
    ['scheduling.k8s.io/v1', 'PriorityClass', 31, 'Name, Value, Global-Default, Age'],
    ['scheduling.k8s.io/v1', 'PriorityClass', 32, 'Name, Value, Global-Default, Age, PreemptionPolicy'],
    ['storage.k8s.io/v1', 'CSIDriver', 20, 'Name, AttachRequired, PodInfoOnMount, Modes, Age'],
    ['storage.k8s.io/v1', 'CSIStorageCapacity', 37, 'Name, Created At'],
    ['apiextensions.k8s.io/v1', 'CustomResourceDefinition', 36, 'Name, Created At'],
    [
      'apiextensions.k8s.io/v1',
      'CustomResourceDefinition',
      37,
      'Name, Scope, Versions, Created At, Group*, Kind*, ShortNames*, Established*',
    ],
    ['certificates.k8s.io/v1alpha1', 'PodCertificateRequest', 34, 'Name, PodName, ServiceAccountName, NodeName, SignerName, State'],
    [
      'certificates.k8s.io/v1',
      'PodCertificateRequest',
      37,
      'Name, PodName, ServiceAccountName, NodeName, SignerName, State, UnverifiedUserAnnotations',
    ],
    ['scheduling.k8s.io/v1beta1', 'Workload', 37, 'Name, Age'],
    ['scheduling.k8s.io/v1beta1', 'PodGroup', 37, 'Name, Policy, Workload, Status, Age'],
    ['scheduling.k8s.io/v1alpha3', 'CompositePodGroup', 37, 'Name, Policy, Workload, Age'],
    ['resource.k8s.io/v1', 'ResourceSlice', 37, 'Name, Node, Driver, Pool, Age'],
    [
      'resource.k8s.io/v1alpha3',
      'ResourcePoolStatusRequest',
      37,
      'Name, Driver, Total, Available, Allocated, Unavailable, Errors, Pools, Status, Completed',
    ],
    ['lifecycle.k8s.io/v1alpha1', 'EvictionRequest', 37, 'Name, Target, Target Type, Status, Requester, Intent, Age'],
    [
      'lifecycle.k8s.io/v1alpha1',
      'Eviction',
      37,
      'Name, Target, Target Type, Status, Active Responder, Responder Status, Responder Expected Finish, Requesters, Age, Responder Heartbeat*, Responder Status Message*',
    ],
  ])('%s %s of 1.%i', (apiVersion, kind, minor, expected) => {
    expect(columns(apiVersion, kind, minor)).toBe(expected)
  })

  test('without a release, the newest known is used', () => {
    for (const { kind, versions } of RESOURCES)
      expect(columns(versions[0] ?? '', kind)).toBe(columns(versions[0] ?? '', kind, NEWEST_MINOR))
  })

  test('a removed version is printed as in the last release that served it', () => {
    expect(columns('resource.k8s.io/v1alpha2', 'ResourceClaim')).toBe('Name, ResourceClassName, AllocationMode, State, Age')
    expect(columns('resource.k8s.io/v1alpha2', 'ResourceClaimParameters')).toBe('Name, GeneratedFrom, Age')
    expect(columns('flowcontrol.apiserver.k8s.io/v1beta1', 'PriorityLevelConfiguration', 30)).toContain('AssuredConcurrencyShares')
  })

  test('cells differ too: the architecture of nodes, the default class, the resource of a migration', () => {
    const node = { status: { nodeInfo: { kernelVersion: '6.1.0-30-amd64', architecture: 'amd64' } } }
    expect(row('v1', 'Node', node, 35)).toMatchObject({ 'Kernel-Version': '6.1.0-30-amd64' })
    expect(row('v1', 'Node', node, 36)).toMatchObject({ 'Kernel-Version': '6.1.0-30-amd64 (amd64)' })
    const nginx = { metadata: { name: 'nginx', annotations: { 'ingressclass.kubernetes.io/is-default-class': 'true' } } }
    expect(row('networking.k8s.io/v1', 'IngressClass', nginx, 35)).toMatchObject({ Name: 'nginx' })
    expect(row('networking.k8s.io/v1', 'IngressClass', nginx, 36)).toMatchObject({ Name: 'nginx (default)' })
    const resource = { resource: 'deployments', version: 'v1', group: 'apps' }
    expect(row('storagemigration.k8s.io/v1alpha1', 'StorageVersionMigration', { spec: { resource } })).toEqual({
      Name: 'x',
      Resource: 'deployments.v1.apps',
    })
    const conditions = [
      { type: 'Running', status: 'False' },
      { type: 'Succeeded', status: 'True' },
    ]
    expect(
      row('storagemigration.k8s.io/v1', 'StorageVersionMigration', { spec: { resource: { resource: 'secrets' } }, status: { conditions } }),
    ).toEqual({
      Name: 'x',
      Resource: 'secrets',
      Status: 'Succeeded',
    })
  })
})

describe('the tables of 1.36 and 1.37', () => {
  test('definitions', () => {
    const definition = {
      spec: {
        group: 'example.org',
        scope: 'Cluster',
        names: { kind: 'Widget', plural: 'widgets', shortNames: ['wd', 'w'] },
        versions: [
          { name: 'v1beta1', served: true, storage: false },
          { name: 'v1', served: true, storage: true },
          { name: 'v1alpha1', served: false },
        ],
      },
      status: { conditions: [{ type: 'Established', status: 'True' }] },
    }
    expect(row('apiextensions.k8s.io/v1beta1', 'CustomResourceDefinition', definition)).toEqual({
      Name: 'x',
      Scope: 'Cluster',
      Versions: 'v1(storage),v1beta1',
      'Created At': '2026-11-23T11:50:00Z',
      Group: 'example.org',
      Kind: 'Widget',
      ShortNames: 'wd,w',
      Established: true,
    })
    expect(row('apiextensions.k8s.io/v1beta1', 'CustomResourceDefinition', { spec: { version: 'v1alpha1' } })).toMatchObject({
      Scope: 'Namespaced',
      Versions: 'v1alpha1(storage)',
      Established: false,
    })
  })

  test('groups of pods', () => {
    const gang = { schedulingPolicy: { gang: { minCount: 3 } }, workloadRef: { workloadName: 'train' } }
    const condition = (type: string, status: string, reason = '') => ({ type, status, reason })
    const of = (conditions: KubeObject[], spec: KubeObject = gang) =>
      row('scheduling.k8s.io/v1beta1', 'PodGroup', { spec, status: { conditions } })
    expect(of([])).toEqual({ Name: 'x', Policy: 'Gang', Workload: 'train', Status: 'Pending', Age: '10m' })
    expect(of([condition('PodGroupInitiallyScheduled', 'False')])).toMatchObject({ Status: 'Unschedulable' })
    expect(of([condition('PodGroupInitiallyScheduled', 'True')])).toMatchObject({ Status: 'Scheduled' })
    const disrupted = [condition('PodGroupInitiallyScheduled', 'True'), condition('DisruptionTarget', 'True', 'PreemptionByScheduler')]
    expect(of(disrupted, { schedulingPolicy: { basic: {} } })).toMatchObject({
      Policy: 'Basic',
      Workload: '<none>',
      Status: 'PreemptionByScheduler',
    })
    const older = {
      spec: { podGroupTemplateRef: { workload: { workloadName: 'w' } } },
      status: { conditions: [condition('PodGroupScheduled', 'True')] },
    }
    expect(row('scheduling.k8s.io/v1alpha2', 'PodGroup', older, 36)).toMatchObject({ Workload: 'w', Status: 'Scheduled' })
    expect(row('scheduling.k8s.io/v1beta1', 'CompositePodGroup', { spec: gang })).toEqual({
      Name: 'x',
      Policy: 'Gang',
      Workload: 'train',
      Age: '10m',
    })
  })

  test('evictions, by responder and requester', () => {
    const time = (minutes: number) => new Date((context.now?.getTime() ?? 0) + minutes * 60_000).toISOString().replace('.000Z', 'Z')
    const of = (status: KubeObject) =>
      row('lifecycle.k8s.io/v1alpha1', 'Eviction', { spec: { target: { pod: { name: 'web-0', uid: 'u' } } }, status })
    expect(of({})).toEqual({
      Name: 'x',
      Target: 'web-0',
      'Target Type': 'Pod',
      Status: 'Pending',
      'Active Responder': '<unset> (0/0)',
      'Responder Status': '<unset>',
      'Responder Expected Finish': '<unknown>',
      Requesters: '<none>',
      Age: '10m',
      'Responder Heartbeat': '<unset>',
      'Responder Status Message': '<unset>',
    })
    const targetResponders = [
      { name: 'first', state: 'Completed' },
      { name: 'second', state: 'Active' },
      { name: 'third', state: 'Inactive' },
    ]
    const second = { name: 'second', startTime: time(-5), heartbeatTime: time(-1), expectedCompletionTime: time(12), message: ' draining ' }
    const requesters = [
      { name: 'b', intent: 'Eviction' },
      { name: 'a', intent: 'Eviction' },
      { name: 'gone', intent: 'Withdrawn' },
    ]
    expect(of({ observedGeneration: 1, targetResponders, responders: [{ name: 'first' }, second], requesters })).toMatchObject({
      Status: 'Progressing',
      'Active Responder': 'second (2/3)',
      'Responder Status': 'Started (5m ago)',
      'Responder Expected Finish': 'in 12m',
      Requesters: 'a + 1 more...',
      'Responder Heartbeat': '60s ago',
      'Responder Status Message': 'draining',
    })
    const late = of({
      targetResponders,
      responders: [{ ...second, expectedCompletionTime: time(-2) }],
      requesters: [requesters[2] as KubeObject],
    })
    expect(late).toMatchObject({ 'Responder Expected Finish': '2m ago', Requesters: '<withdrawn>' })
    const done = of({
      targetResponders: [{ name: 'first', state: 'Completed' }],
      responders: [{ name: 'first', completionTime: time(-3) }],
      conditions: [
        { type: 'Failed', status: 'True', reason: 'Timeout' },
        { type: 'TargetEvicted', status: 'True', reason: 'PodDeleted' },
      ],
    })
    expect(done).toMatchObject({
      Status: 'TargetEvicted (PodDeleted)',
      'Active Responder': 'first (1/1)',
      'Responder Status': 'Completed (3m ago)',
      'Responder Expected Finish': '-',
    })
    expect(
      row('lifecycle.k8s.io/v1alpha1', 'EvictionRequest', {
        spec: { requester: 'drain.example.com', intent: 'Eviction' },
        status: { conditions: [{ type: 'Failed', status: 'True', reason: 'NoTarget' }] },
      }),
    ).toEqual({
      Name: 'x',
      Target: '<unset>',
      'Target Type': '<unset>',
      Status: 'Failed (NoTarget)',
      Requester: 'drain.example.com',
      Intent: 'Eviction',
      Age: '10m',
    })
  })

  test('pool status requests of a driver', () => {
    const of = (status?: KubeObject) =>
      row('resource.k8s.io/v1alpha3', 'ResourcePoolStatusRequest', {
        spec: { driver: 'gpu.example.com' },
        ...(status === undefined ? {} : { status }),
      })
    const nothing = { Driver: 'gpu.example.com', Total: '-', Available: '-', Allocated: '-', Unavailable: '-', Errors: '-' }
    expect(of()).toEqual({ Name: 'x', ...nothing, Pools: 0, Status: 'Pending', Completed: '<none>' })
    const pools = [
      { totalDevices: 8, availableDevices: 5, allocatedDevices: 3 },
      { totalDevices: 2, unavailableDevices: 2, validationError: 'slices are missing' },
    ]
    const complete = { type: 'Complete', status: 'True', lastTransitionTime: '2026-11-23T11:58:00Z' }
    const sums = { Total: '10', Available: '5', Allocated: '3', Unavailable: '2', Errors: '1' }
    expect(of({ conditions: [complete], pools, poolCount: 3 })).toMatchObject({
      ...sums,
      Pools: 3,
      Status: 'Complete (2/3 pools)',
      Completed: '2m',
    })
    expect(of({ conditions: [complete], pools, poolCount: 2 })).toMatchObject({ Status: 'Complete' })
    expect(of({ conditions: [{ type: 'Failed', status: 'True' }], pools, poolCount: 2 })).toMatchObject({
      ...nothing,
      Pools: 2,
      Status: 'Failed',
      Completed: '<none>',
    })
  })

  test('annotations that a pod requests for its certificate', () => {
    expect(
      row('certificates.k8s.io/v1', 'PodCertificateRequest', {
        spec: { unverifiedUserAnnotations: { 'example.com/b': '2', 'example.com/a': '1' } },
      }),
    ).toMatchObject({ UnverifiedUserAnnotations: 'example.com/a=1,example.com/b=2' })
  })
})

/** Cells read nothing outside their table's paths. Returns the number of files checked. */
function readsItsPathsOnly(folder: URL): number {
  let tables = 0
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.pb'))) {
    const value = readFileSync(new URL(file, folder))
    const { apiVersion = '', kind = '', object } = decode(value)
    if (!object) continue
    for (const minor of [20, 30, NEWEST_MINOR]) {
      const table = tableFor(apiVersion, kind, undefined, minor)
      const selected = decodeFields(value, table.paths ?? []).object as KubeObject
      const byColumn = (cells: readonly unknown[]) => table.columns.map(({ name }, i) => [name, cells[i]])
      expect(byColumn(table.cells(selected, context)), `${file}: a column reads a field that its paths do not name`).toEqual(
        byColumn(table.cells(object, context)),
      )
    }
    tables++
  }
  return tables
}

test('the tables of the newest kinds read only their paths', () => {
  expect(readsItsPathsOnly(new URL('../../testdata/conformance/', import.meta.url))).toBeGreaterThan(15)
})

const testdata = new URL('../../../../../shared/fixtures/kube-api-testdata/', import.meta.url)
if (!existsSync(testdata)) console.warn(`skipped: Kubernetes’ own serialisation fixtures, because ${testdata.pathname} is not there`)

describe.skipIf(!existsSync(testdata))('Kubernetes’ own fixtures, with every field filled', () => {
  const releases = existsSync(testdata) ? readdirSync(testdata).filter((name) => name.startsWith('v')) : []
  test.each(releases)('%s: every table’s cells read only its paths', (release) => {
    expect(readsItsPathsOnly(new URL(`${release}/`, testdata))).toBeGreaterThan(60)
  })
})
