// The writes of an invented cluster over an hour: workloads with pods that change their states, nodes that renew their leases, Events.

const STEPS = ['Pending', 'ContainerCreating', 'Running', 'NotReady', 'Running', 'CrashLoopBackOff', 'Running']
const NODES = 100
const BEGIN = Date.UTC(2026, 10, 23, 3)
const LENGTH_MS = 3_600_000

const json = (object) => Buffer.from(JSON.stringify(object))
const iso = (moment) => new Date(moment).toISOString()
/** Kubernetes writes whole seconds, and microseconds in leases. */
const second = (moment) => `${iso(moment).slice(0, 19)}Z`
const micro = (moment) => `${iso(moment).slice(0, 23)}000Z`

/**
 * Each write as `[key, value]`, in the order in which they are put: a twelfth are leases, a twentieth Events, the rest of `objects` workloads and their
 * pods. Values have about `bytes` bytes.
 */
export function* timelineWrites({ writes, objects, bytes }) {
  const workloads = Math.max(1, Math.floor(objects / 12))
  const pods = objects - 2 * workloads
  const seen = new Int32Array(pods + workloads)
  let object = 0
  for (let i = 0; i < writes; i++) {
    const now = BEGIN + (i / writes) * LENGTH_MS
    if (i < 2 * workloads) yield workload(i % workloads, i < workloads ? 'Deployment' : 'ReplicaSet', 3, now, bytes)
    else if (i % 12 === 0) yield lease((i / 12) % NODES, now)
    else if (i % 20 === 1) yield event(i, i % pods, workloads, now)
    else {
      const number = object++ % (pods + workloads)
      const step = seen[number]++
      if (number < pods) yield pod(number, step, workloads, now, bytes)
      else yield workload(number - pods, 'Deployment', 3 - (step % 2), now, bytes)
    }
  }
}

const nameOf = (workload) => `app-${String(workload).padStart(4, '0')}`
const namespaceOf = (workload) => `team-${workload % 40}`

function filled(object, bytes) {
  const missing = bytes - JSON.stringify(object).length
  if (missing > 20) object.metadata.annotations = { filler: 'x'.repeat(missing - 20) }
  return json(object)
}

function workload(number, kind, ready, now, bytes) {
  const namespace = namespaceOf(number)
  const name = kind === 'Deployment' ? nameOf(number) : `${nameOf(number)}-69bd5954b`
  const owner = { apiVersion: 'apps/v1', kind: 'Deployment', name: nameOf(number), uid: `uid-d-${number}`, controller: true }
  const object = {
    ...{ apiVersion: 'apps/v1', kind },
    metadata: {
      ...{ name, namespace, uid: `uid-${kind}-${number}`, creationTimestamp: second(BEGIN) },
      ...(kind === 'Deployment' ? {} : { ownerReferences: [owner] }),
      managedFields: [{ manager: 'kube-controller-manager', operation: 'Update', time: second(now) }],
    },
    spec: { replicas: 3 },
    status: { replicas: 3, readyReplicas: ready, availableReplicas: ready, updatedReplicas: 3 },
  }
  return [`/registry/${kind === 'Deployment' ? 'deployments' : 'replicasets'}/${namespace}/${name}`, filled(object, bytes)]
}

function pod(number, step, workloads, now, bytes) {
  const app = number % workloads
  const namespace = namespaceOf(app)
  const name = `${nameOf(app)}-69bd5954b-${number.toString(36).padStart(5, 'b')}`
  const state = STEPS[(step + (number % 3)) % STEPS.length]
  const waiting = state === 'ContainerCreating' || state === 'CrashLoopBackOff'
  const ready = state === 'Running'
  const object = {
    ...{ apiVersion: 'v1', kind: 'Pod' },
    metadata: {
      ...{ name, namespace, uid: `uid-p-${number}`, creationTimestamp: second(BEGIN) },
      ownerReferences: [
        { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: `${nameOf(app)}-69bd5954b`, uid: `uid-ReplicaSet-${app}`, controller: true },
      ],
      managedFields: [{ manager: 'kubelet', operation: 'Update', time: second(now) }],
    },
    spec: { nodeName: `node-${number % NODES}`, containers: [{ name: 'app', image: `registry.example/app:1.${step}` }] },
    status: {
      phase: state === 'Pending' || state === 'ContainerCreating' ? 'Pending' : 'Running',
      conditions: [{ type: 'Ready', status: ready ? 'True' : 'False', lastTransitionTime: second(now) }],
      containerStatuses: [
        {
          ...{ name: 'app', ready, restartCount: Math.floor(step / 6), image: 'registry.example/app:1.4' },
          state: waiting ? { waiting: { reason: state } } : { running: { startedAt: second(BEGIN) } },
        },
      ],
    },
  }
  return [`/registry/pods/${namespace}/${name}`, filled(object, bytes)]
}

function lease(node, now) {
  const name = `node-${node}`
  return [
    `/registry/leases/kube-node-lease/${name}`,
    json({
      ...{ apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { name, namespace: 'kube-node-lease', uid: `uid-l-${node}` } },
      spec: { holderIdentity: name, leaseDurationSeconds: 40, renewTime: micro(now) },
    }),
  ]
}

function event(number, about, workloads, now) {
  const namespace = namespaceOf(about % workloads)
  const name = `e.${number.toString(16)}`
  return [
    `/registry/events/${namespace}/${name}`,
    json({
      ...{ apiVersion: 'v1', kind: 'Event', metadata: { name, namespace, uid: `uid-e-${number}`, creationTimestamp: second(now) } },
      involvedObject: {
        apiVersion: 'v1',
        kind: 'Pod',
        namespace,
        name: `${nameOf(about % workloads)}-69bd5954b-${about.toString(36).padStart(5, 'b')}`,
      },
      ...{ reason: 'BackOff', type: 'Warning', message: 'back-off restarting failed container', lastTimestamp: second(now), count: 1 },
    }),
  ]
}
