import { existsSync, readdirSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decode } from '../decode/decode.ts'
import { decodeFields } from '../decode/decode-fields.ts'
import type { KubeObject } from '../value.ts'
import { RESOURCES } from './resources.ts'
import { tableFor } from './table-for.ts'

const context = { now: new Date('2026-11-23T12:00:00Z') }
const metadata = { name: 'x', creationTimestamp: '2026-11-23T11:50:00Z' }

/** The cells of an object by the names of their columns. */
function row(apiVersion: string, kind: string, object: KubeObject): Record<string, unknown> {
  const table = tableFor(apiVersion, kind)
  const cells = table.cells({ apiVersion, kind, metadata, ...object }, context)
  return Object.fromEntries(table.columns.map((column, index) => [column.name, cells[index]]))
}

describe('what the captured cluster has none of', () => {
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

  test('autoscalers of older versions do not, and keep other metrics in annotations', () => {
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

  test('jobs that are over, suspended or without a number of completions', () => {
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

  test('selectors of expressions', () => {
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

  test('claims that wait or end, volumes of the beta class annotation', () => {
    const annotations = { 'volume.beta.kubernetes.io/storage-class': 'old' }
    expect(row('v1', 'PersistentVolumeClaim', { metadata: { ...metadata, annotations }, status: { phase: 'Pending' } })).toMatchObject({
      Status: 'Pending',
      Capacity: '',
      'Access Modes': '',
      StorageClass: 'old',
      VolumeMode: 'Filesystem',
    })
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

  test('resource claims in the columns of their time', () => {
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

  test('addresses, ranges, migrations and what third parties defined', () => {
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
      Resource: 'pods.',
    })
    expect(row('extensions/v1beta1', 'ThirdPartyResource', { description: 'd', versions: [{ name: 'v1' }, { name: 'v2' }] })).toEqual({
      Name: 'x',
      Description: 'd',
      'Version(s)': 'v1,v2',
    })
  })

  test('everybody, as rbac v1alpha1 wrote it', () => {
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
  test('gives name and age to a kind that it does not know', () => {
    expect(row('example.org/v1', 'Thing', {})).toEqual({ Name: 'x', Age: '10m' })
  })

  test('gives the API server’s own columns to kinds without a table', () => {
    expect(row('rbac.authorization.k8s.io/v1', 'Role', {})).toEqual({ Name: 'x', 'Created At': '2026-11-23T11:50:00Z' })
  })

  test('is total: no object of any shape makes it throw', () => {
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

/** The paths of every table are all that its cells read. Returns how many files were looked at. */
function readsItsPathsOnly(folder: URL): number {
  let tables = 0
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.pb'))) {
    const value = readFileSync(new URL(file, folder))
    const { apiVersion = '', kind = '', object } = decode(value)
    if (!object) continue
    const table = tableFor(apiVersion, kind)
    const selected = decodeFields(value, table.paths ?? []).object as KubeObject
    expect(table.cells(selected, context), file).toEqual(table.cells(object, context))
    tables++
  }
  return tables
}

test('the tables of the newest kinds read what their paths name', () => {
  expect(readsItsPathsOnly(new URL('../../testdata/conformance/', import.meta.url))).toBeGreaterThan(15)
})

const testdata = new URL('../../../../../shared/fixtures/kube-api-testdata/', import.meta.url)
if (!existsSync(testdata)) console.warn(`skipped: Kubernetes’ own serialisation fixtures, because ${testdata.pathname} is not there`)

describe.skipIf(!existsSync(testdata))('Kubernetes’ own fixtures, with every field filled', () => {
  const releases = existsSync(testdata) ? readdirSync(testdata).filter((name) => name.startsWith('v')) : []
  test.each(releases)('%s: the paths of every table are all that its cells read', (release) => {
    expect(readsItsPathsOnly(new URL(`${release}/`, testdata))).toBeGreaterThan(60)
  })
})
