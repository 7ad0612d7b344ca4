// Invented pods as an API server stores them: protobuf in its envelope, about 4 KB each with managedFields, in realistic states.

import { mulberry32 } from '../../packages/keyspace/dist/testing/cluster-keys.js'
import { messagePlan } from '../../packages/kube/dist/protobuf/plan.js'

const STRING = 0
const BOOL = 1
const INT32 = 2
const INT64 = 3
const BYTES = 4
const MAP = 7

/** Writes protobuf into one growing buffer; a message's length is inserted at its end. */
class Writer {
  #bytes = Buffer.allocUnsafe(64 * 1024)
  length = 0

  #room(size) {
    if (this.length + size <= this.#bytes.length) return
    const larger = Buffer.allocUnsafe(2 * (this.length + size))
    this.#bytes.copy(larger, 0, 0, this.length)
    this.#bytes = larger
  }

  varint(value) {
    this.#room(10)
    let rest = value
    while (rest > 127) {
      this.#bytes[this.length++] = (rest % 128) | 128
      rest = Math.floor(rest / 128)
    }
    this.#bytes[this.length++] = rest
  }

  text(tag, text) {
    this.varint(tag)
    const size = Buffer.byteLength(text)
    this.varint(size)
    this.#room(size)
    this.#bytes.write(text, this.length, 'utf8')
    this.length += size
  }

  message(tag, write) {
    this.varint(tag)
    const at = this.length
    write()
    const size = this.length - at
    const shift = size < 128 ? 1 : size < 16_384 ? 2 : 3
    this.#room(shift)
    this.#bytes.copyWithin(at + shift, at, this.length)
    this.length = at
    this.varint(size)
    this.length = at + shift + size
  }

  /** Returns a copy of what was written, and starts again. */
  take() {
    const copy = Buffer.from(this.#bytes.subarray(0, this.length))
    this.length = 0
    return copy
  }
}

/** Encodes an object's JSON as its protobuf message: the inverse of the decoder, for the value types in pods. */
function write(out, plan, value) {
  switch (plan.special) {
    case 'time':
      out.varint(8)
      return out.varint(Date.parse(value) / 1000)
    case 'quantity':
      return out.text(10, value)
    case 'embedded':
      return out.text(10, JSON.stringify(value))
    case 'int-or-string':
      out.varint(8)
      out.varint(0)
      out.varint(16)
      return out.varint(value)
    case undefined:
      break
    default:
      throw new Error(`${plan.special} is not written`)
  }
  for (const field of plan.fields) {
    if (field === undefined) continue
    const member = field.inline ? value : value[field.name]
    if (member === undefined || member === null) continue
    const tag = field.number * 8
    if (field.inline) out.message(tag + 2, () => write(out, field.message, member))
    else if (field.type === MAP) {
      for (const [key, item] of Object.entries(member))
        out.message(tag + 2, () => {
          out.text(10, key)
          if (field.message === undefined) out.text(18, item)
          else out.message(18, () => write(out, field.message, item))
        })
    } else for (const item of field.repeated ? member : [member]) one(out, field, tag, item)
  }
}

function one(out, field, tag, item) {
  if (field.type === STRING || field.type === BYTES) return out.text(tag + 2, item)
  if (field.type === BOOL || field.type === INT32 || field.type === INT64) {
    out.varint(tag)
    return out.varint(Number(item))
  }
  return out.message(tag + 2, () => write(out, field.message, item))
}

const writer = new Writer()

/** `k8s\0` and runtime.Unknown around the message of a kind. */
function stored(apiVersion, kind, object) {
  const plan = messagePlan(`core.${apiVersion}.${kind}`)
  writer.message(10, () => {
    writer.text(10, apiVersion)
    writer.text(18, kind)
  })
  writer.message(18, () => write(writer, plan, object))
  writer.text(26, '')
  writer.text(34, '')
  return Buffer.concat([Buffer.from('k8s\0'), writer.take()])
}

/** Seconds after the start at which the last event happens. */
const NEWEST = 2_000_000
const START = Date.parse('2026-11-01T00:00:00Z')
const instant = (seconds) => new Date(START + seconds * 1000).toISOString().replace(/\.\d+Z$/, 'Z')

/** In how many of a hundred pods something is wrong, and what. */
const STATES = [
  [90, 'Running'],
  [93, 'CrashLoopBackOff'],
  [95, 'Completed'],
  [96, 'Pending'],
  [97, 'ImagePullBackOff'],
  [98, 'NotReady'],
  [99, 'Terminating'],
  [100, 'Evicted'],
]

/** The value of the pod at `/registry/pods/<namespace>/<name>`; the same for the same number. */
export function podValue(key, number, nodes = 200) {
  const [namespace, name] = key.split('/').slice(-2)
  const random = mulberry32(number + 1)
  const roll = random() * 100
  const state = STATES.find(([below]) => roll < below)[1]
  const node = `node-${String(Math.floor(random() * nodes)).padStart(4, '0')}.cluster.example`
  const created = Math.floor(random() * NEWEST)
  const parts = name.split('-')
  const app = parts.slice(0, -2).join('-') || name
  const hash = parts.at(-2) ?? 'x'
  const hex = (length) => Array.from({ length }, () => Math.floor(random() * 16).toString(16)).join('')
  const uid = () => `${hex(8)}-${hex(4)}-4${hex(3)}-9${hex(3)}-${hex(12)}`
  const placed = state !== 'Pending'
  const image = `registry.example.com/${namespace}/${app}:1.${number % 40}.${number % 7}`
  const token = `kube-api-access-${hex(5)}`
  const sidecar = number % 3 === 0
  const names = sidecar ? [app, 'metrics-exporter'] : [app]
  return stored('v1', 'Pod', {
    metadata: {
      name,
      generateName: `${app}-${hash}-`,
      namespace,
      uid: uid(),
      creationTimestamp: instant(created),
      ...(state === 'Terminating' ? { deletionTimestamp: instant(created + 90_000), deletionGracePeriodSeconds: 30 } : {}),
      labels: {
        app,
        'app.kubernetes.io/instance': `${app}-${namespace}`,
        'app.kubernetes.io/managed-by': 'Helm',
        'pod-template-hash': hash,
        tier: app.length % 3 === 0 ? 'cache' : 'backend',
      },
      annotations: {
        'prometheus.io/scrape': 'true',
        'prometheus.io/port': '9090',
        'checksum/config': hex(64),
        'cni.projectcalico.org/containerID': hex(64),
        'cni.projectcalico.org/podIP': '10.0.0.1/32',
        'kubectl.kubernetes.io/restartedAt': instant(created),
      },
      ownerReferences: [
        { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: `${app}-${hash}`, uid: uid(), controller: true, blockOwnerDeletion: true },
      ],
      managedFields: managedFields(names, created, placed),
    },
    spec: {
      volumes: [
        { name: 'config', configMap: { name: `${app}-config`, defaultMode: 420 } },
        {
          name: token,
          projected: {
            sources: [
              { serviceAccountToken: { expirationSeconds: 3607, path: 'token' } },
              { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
              { downwardAPI: { items: [{ path: 'namespace', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } }] } },
            ],
            defaultMode: 420,
          },
        },
      ],
      containers: names.map((container, i) => ({
        name: container,
        image: i === 0 ? image : 'registry.example.com/infra/exporter:2.3.1',
        args: ['--listen=:8080', '--log-format=json'],
        ports: [{ name: 'http', containerPort: 8080 + i, protocol: 'TCP' }],
        env: [
          { name: 'POD_NAME', valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.name' } } },
          { name: 'LOG_LEVEL', value: 'info' },
        ],
        resources: { limits: { cpu: '500m', memory: '512Mi' }, requests: { cpu: '100m', memory: '128Mi' } },
        volumeMounts: [
          { name: 'config', readOnly: true, mountPath: '/etc/app' },
          { name: token, readOnly: true, mountPath: '/var/run/secrets/kubernetes.io/serviceaccount' },
        ],
        livenessProbe: {
          httpGet: { path: '/healthz', port: 8080, scheme: 'HTTP' },
          timeoutSeconds: 1,
          periodSeconds: 10,
          successThreshold: 1,
          failureThreshold: 3,
        },
        terminationMessagePath: '/dev/termination-log',
        imagePullPolicy: 'IfNotPresent',
        terminationMessagePolicy: 'File',
      })),
      restartPolicy: state === 'Completed' ? 'Never' : 'Always',
      terminationGracePeriodSeconds: 30,
      dnsPolicy: 'ClusterFirst',
      serviceAccountName: app,
      serviceAccount: app,
      ...(placed ? { nodeName: node } : {}),
      securityContext: {},
      schedulerName: 'default-scheduler',
      tolerations: ['not-ready', 'unreachable'].map((condition) => ({
        key: `node.kubernetes.io/${condition}`,
        operator: 'Exists',
        effect: 'NoExecute',
        tolerationSeconds: 300,
      })),
      priority: 0,
      enableServiceLinks: true,
      preemptionPolicy: 'PreemptLowerPriority',
    },
    status: statusOf({ state, names, image, created, random, hex }),
  })
}

function statusOf({ state, names, image, created, random, hex }) {
  const condition = (type, status, reason) => ({
    type,
    status,
    lastTransitionTime: instant(created + 12),
    ...(reason === undefined ? {} : { reason, message: 'containers with unready status' }),
  })
  if (state === 'Pending')
    return { phase: 'Pending', conditions: [condition('PodScheduled', 'False', 'Unschedulable')], qosClass: 'Burstable' }
  if (state === 'Evicted')
    return {
      phase: 'Failed',
      reason: 'Evicted',
      message: 'The node was low on resource: memory.',
      startTime: instant(created),
      qosClass: 'Burstable',
    }
  const ready = state === 'Running' || state === 'Terminating'
  const digest = hex(64)
  const last = Math.floor(random() * Math.min(100_000, NEWEST - created))
  const states = {
    Running: { state: { running: { startedAt: instant(created + 10) } } },
    Terminating: { state: { running: { startedAt: instant(created + 10) } } },
    NotReady: { state: { running: { startedAt: instant(created + 10) } } },
    Completed: { state: { terminated: terminated(0, 'Completed', created) } },
    ImagePullBackOff: { state: { waiting: { reason: 'ImagePullBackOff', message: `Back-off pulling image "${image}"` } } },
    CrashLoopBackOff: {
      state: { waiting: { reason: 'CrashLoopBackOff', message: 'back-off 5m0s restarting failed container' } },
      lastState: { terminated: terminated(1, 'Error', created + last) },
    },
  }
  const restarts = state === 'CrashLoopBackOff' ? 3 + Math.floor(random() * 400) : random() < 0.1 ? 1 : 0
  const address = `10.${Math.floor(random() * 255)}.${Math.floor(random() * 255)}.${Math.floor(random() * 255)}`
  return {
    phase: state === 'Completed' ? 'Succeeded' : state === 'ImagePullBackOff' ? 'Pending' : 'Running',
    conditions: [
      condition('Initialized', 'True'),
      condition('Ready', ready ? 'True' : 'False', ready ? undefined : 'ContainersNotReady'),
      condition('ContainersReady', ready ? 'True' : 'False', ready ? undefined : 'ContainersNotReady'),
      condition('PodScheduled', 'True'),
    ],
    hostIP: '10.0.0.1',
    podIP: address,
    podIPs: [{ ip: address }],
    startTime: instant(created),
    containerStatuses: names.map((name) => ({
      name,
      ...states[state],
      ready,
      restartCount: restarts,
      image,
      imageID: `registry.example.com/app@sha256:${digest}`,
      containerID: `containerd://${digest}`,
      started: ready,
    })),
    qosClass: 'Burstable',
  }
}

const terminated = (exitCode, reason, created) => ({
  exitCode,
  reason,
  startedAt: instant(created + 10),
  finishedAt: instant(created + 70),
  containerID: 'containerd://0',
})

/** The writers of the fields: the controller that created the pod, and its kubelet. */
function managedFields(names, created, placed) {
  const none = {}
  const containers = {}
  for (const name of names)
    containers[`k:{"name":"${name}"}`] = {
      '.': none,
      'f:args': none,
      'f:env': { '.': none, 'k:{"name":"POD_NAME"}': { '.': none, 'f:name': none, 'f:valueFrom': { '.': none, 'f:fieldRef': none } } },
      'f:image': none,
      'f:imagePullPolicy': none,
      'f:livenessProbe': {
        '.': none,
        'f:failureThreshold': none,
        'f:httpGet': { '.': none, 'f:path': none, 'f:port': none, 'f:scheme': none },
      },
      'f:name': none,
      'f:ports': { '.': none, 'k:{"containerPort":8080,"protocol":"TCP"}': { '.': none, 'f:containerPort': none, 'f:protocol': none } },
      'f:resources': { '.': none, 'f:limits': { '.': none, 'f:cpu': none, 'f:memory': none } },
      'f:terminationMessagePath': none,
      'f:volumeMounts': { '.': none, 'k:{"mountPath":"/etc/app"}': { '.': none, 'f:mountPath': none, 'f:name': none } },
    }
  const made = {
    manager: 'kube-controller-manager',
    operation: 'Update',
    apiVersion: 'v1',
    time: instant(created),
    fieldsType: 'FieldsV1',
    fieldsV1: {
      'f:metadata': {
        'f:annotations': { '.': none },
        'f:generateName': none,
        'f:labels': { '.': none, 'f:app': none },
        'f:ownerReferences': { '.': none },
      },
      'f:spec': {
        'f:containers': containers,
        'f:dnsPolicy': none,
        'f:restartPolicy': none,
        'f:schedulerName': none,
        'f:securityContext': none,
      },
    },
  }
  if (!placed) return [made]
  const condition = { '.': none, 'f:lastProbeTime': none, 'f:lastTransitionTime': none, 'f:status': none, 'f:type': none }
  return [
    made,
    {
      manager: 'kubelet',
      operation: 'Update',
      apiVersion: 'v1',
      time: instant(created + 12),
      fieldsType: 'FieldsV1',
      fieldsV1: {
        'f:status': {
          'f:conditions': {
            'k:{"type":"ContainersReady"}': condition,
            'k:{"type":"Initialized"}': condition,
            'k:{"type":"Ready"}': condition,
          },
          'f:containerStatuses': none,
          'f:hostIP': none,
          'f:phase': none,
          'f:podIP': none,
          'f:podIPs': { '.': none, 'k:{"ip":"10.0.0.1"}': { '.': none, 'f:ip': none } },
          'f:startTime': none,
        },
      },
      subresource: 'status',
    },
  ]
}
