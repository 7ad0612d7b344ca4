// What findings say, sentence by sentence, and what their links are called.
import { finalizers } from './finalizers.ts'

export const findings = {
  ...finalizers,
  'stored-text': '{text}',

  'missing-node': 'Bound to node {node}, which has no Node object.',
  'phase-still': 'Its phase is still {phase}.',

  'name-differs': 'The key has the name {key}, the object has the name {object}.',
  'key-without-name': 'The key has no name, the object has the name {object}.',
  'namespace-differs': 'The key is in namespace {key}, the object says namespace {object}.',
  'key-without-namespace': 'The key has no namespace, the object says namespace {object}.',

  'missing-definition':
    'CustomResourceDefinition {definition} does not exist, but {objects, plural, one {# object} other {# objects}} of it ({bytes, plural, one {# byte} other {# bytes}}) {objects, plural, one {remains} other {remain}}.',
  'missing-namespace':
    'Namespace {namespace} does not exist, but {objects, plural, one {# object is} other {# objects are}} in it: {kinds}.',
  'owner-missing': 'Its owner does not exist: {owner}.',
  'owners-gone': 'None of its owners exists: {owners}{more, plural, =0 {} other { and # more}}.',

  'address-leaked': '{holds, select, port {Node port} other {Address}} {entry} of {range} is allocated, but no Service uses it.',
  'address-unallocated':
    '{holds, select, port {Node port} other {Address}} {entry} is not allocated in {range}: another Service may get it too.',
  'address-shared': '{holds, select, port {Node port} other {Address}} {entry} belongs to several Services: {services}.',
  'address-object-leaked': 'Address {address} is allocated to Service {service}, which does not exist.',
  'address-object-missing': 'There is no IPAddress {address}: another Service may get the address too.',
  'address-object-of-other': 'Its address {address} is allocated to Service {service}.',

  'heartbeat-never': 'It has never reported.',
  'heartbeat-ago': 'Last heartbeat {age} ago.',
  'heartbeat-at': 'Last heartbeat at {time}.',
  'ready-missing': 'It has no Ready condition.',
  'ready-still': 'It is still marked Ready.',
  'ready-is': 'Ready is {status}.',
  'ready-for': 'Ready has been {status} for {age}.',
  'ready-since': 'Ready has been {status} since {time}.',
  'reason-missing': 'No reason is given.',

  'lease-not-renewed': 'Not renewed for {age} (lease duration {seconds} s). Last holder: {holder}.',

  'deletion-asked': 'Deletion requested {age} ago.',
  'held-by-finalizers': 'Held by {finalizers}.',
  'held-by-nothing': 'No finalizer holds it.',
  'deletion-unfinished': 'The deletion was never completed.',
  'kubelet-not-confirmed': 'The kubelet of {node} has not confirmed that its containers have ended.',

  'every-pod-needed':
    '{expected, plural, one {Its only pod must stay healthy, so it may not be evicted.} other {All # pods must stay healthy, so none may be evicted.}}',

  'version-removed': 'Stored as {apiVersion}, which Kubernetes {release} no longer serves.',
  'version-removed-later':
    '{objects, plural, one {# {kind} object is} other {# {kind} objects are}} stored as {apiVersion}, which Kubernetes {release} no longer serves.',
  'version-not-listed': 'Stored as {apiVersion}, which its definition does not list ({versions}): the API server cannot read it.',
  'nodes-run': 'The nodes run {release}.',
  'version-now': 'The current version is {apiVersion}.',
  'version-without-successor': 'Nothing replaced it.',

  'kind-unknown': '{objects, plural, one {# object is} other {# objects are}} of {apiVersion} {kind}, which Registree does not know.',
  'kind-newer': 'Registree knows the kinds up to Kubernetes {release}.',
  'kind-never-stored':
    'Kubernetes itself never stores this kind ({why, select, question {a question to a server or webhook} subresource {a subresource} parameters {the parameters of a request} discovery {discovery, computed by the server} computed {computed on every read} frame {the frame of a watch} list {a list, whose objects have a key each} other {a type without storage}}): another program wrote it.',
  'kind-shown': 'Metadata is decoded, the rest is shown by field number, and the raw bytes are as stored.',

  'value-size': '{bytes, plural, one {# byte} other {# bytes}}',
  'value-size-rounded': 'Up to {bytes, plural, one {# byte} other {# bytes}}',
  'key-written': 'Written {times, plural, one {# time} other {# times}} since it was created',
} as const

export const findingLinks = {
  'link-pods-of-node': 'Pods on {node}',
  'link-node': 'Node {node}',
  'link-lease': 'Lease of {node}',
  'link-namespace': 'Contents of {namespace}',
  'link-all': 'All {resource}',
  'link-service': 'Service {service}',
  'link-allocation': 'The allocation',
} as const
