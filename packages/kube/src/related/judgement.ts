// Judges an object and its related objects by every state that was read, so that a failing object is never called healthy.

import { agoInWords, lastingInWords, type Now } from '../summary/human-duration.ts'
import { podState } from '../summary/pod-state.ts'
import { summarize } from '../summary/summarize.ts'
import type { Tone } from '../summary/tone.ts'
import { integerAt, objectAt, objectsAt, textAt } from '../value/fields.ts'
import type { KubeObject } from '../value/value.ts'
import type { ObjectPlace } from './object-store.ts'
import { isBeingDeleted, nameInWords, type RelatedItem, type Trouble } from './related-item.ts'
import type { SectionContent } from './section.ts'

/** `info` is not a fault, but a temporary state: something is in progress, or was wrong. */
const SEVERITY: Partial<Record<Tone, Trouble['severity']>> = { error: 'error', warning: 'warning', progress: 'info' }

/** After this time a temporary state should have resolved. */
const PENDING_MS = 5 * 60_000
/** Warning events of the last hour still say something about the present. */
const LATELY_MS = 3_600_000
const MOST_EVENTS = 3

/** The troubles reported by the object itself, worst first. `now` is in ms since 1970, or null if no age is known. */
export function judgeObject(object: KubeObject, place: ObjectPlace, now: Now): Trouble[] {
  const kind = textAt(object, 'kind')
  // An event is about something else.
  if (kind === '' || kind === 'Event') return []
  const name = nameInWords(kind, place)
  const found: Trouble[] = []
  const add = ({ severity, text, code, params }: Required<Trouble>) => {
    if (text !== '' && !found.some((one) => one.text.includes(text)))
      found.push({ severity, text: `${name}: ${text}`, code, params: { ...params, object: name } })
  }
  const summary = summarize({ object, schemaless: false }, { now })
  const status = summary?.status ?? null
  const severity = status === null ? undefined : SEVERITY[status.tone]
  const why = summary?.facts.find(({ label }) => label === 'Why')?.value ?? ''
  if (status !== null && severity !== undefined)
    add({ severity, text: why === '' ? status.text : `${status.text}: ${why}`, code: 'object-state', params: { state: status.text, why } })
  for (const own of OF_KIND[kind]?.(object, now) ?? []) add(own)
  if (!isBeingDeleted(object)) for (const own of conditionsOf(object, found.length === 0)) add(own)
  return worstFirst(found)
}

/** The troubles shown by a section's items, containers and events, besides those it has already reported. */
export function judgeSection(content: SectionContent, now: Now): Trouble[] {
  const found: Trouble[] = []
  const pods = podsInWords(content.items)
  if (pods !== null && !content.notes.some(({ text }) => text === pods.text)) found.push(pods)
  for (const item of content.items) {
    const { kind, status, trouble, place } = item
    if (item.found !== 'there' || status === null || trouble !== null || kind === 'Pod') continue
    const severity = SEVERITY[status.tone]
    if (severity === undefined) continue
    const name = place === null ? `${kind} ${item.name}` : nameInWords(kind, place)
    found.push({
      severity: isNoFault(item) ? 'info' : severity,
      text: `${name}: ${status.text}`,
      code: 'item-state',
      params: { object: name, state: status.text },
    })
  }
  for (const { name, state, sentences } of content.containers) {
    const severity = SEVERITY[state.tone]
    const text = [`Container ${name}: ${state.text}.`, ...sentences].join(' ')
    if (severity !== undefined)
      found.push({ severity, text, code: 'container-state', params: { name, state: state.text, why: sentences.join(' ') } })
  }
  const warnings = content.events.filter(
    ({ type, last, earlier }) => type === 'Warning' && !earlier && (now === null || now - Date.parse(last) < LATELY_MS),
  )
  for (const { reason, count, last, message } of warnings.slice(0, MOST_EVENTS))
    found.push({
      severity: 'info',
      text: `Warning event ${reason}${count > 1 ? `, ${count} times` : ''}, last ${agoInWords(last, now)}: ${message}`,
      code: 'warning-event',
      params: { reason, count, last, message },
    })
  return worstFirst(found)
}

const RANK = { error: 0, warning: 1, info: 2 } as const

function worstFirst(troubles: Trouble[]): Trouble[] {
  return troubles.sort((a, b) => RANK[a.severity] - RANK[b.severity])
}

/** A budget that allows no disruption while all its pods are healthy does its job. */
const isNoFault = ({ kind, status }: RelatedItem): boolean => kind === 'PodDisruptionBudget' && status?.tone === 'warning'

/** How many of the pods are unhealthy, and how; if none, what happened to them before. */
export function podsInWords(items: readonly RelatedItem[]): Trouble | null {
  const pods = items.filter((item) => item.kind === 'Pod' && item.status !== null)
  for (const tones of [['error', 'warning'], ['progress']] as const) {
    const unwell = pods.filter(({ status }) => (tones as readonly Tone[]).includes(status?.tone ?? 'ok'))
    if (unwell.length === 0) continue
    const states = [...new Set(unwell.map(({ status }) => status?.text ?? ''))]
    const severity = unwell.some(({ status }) => status?.tone === 'error') ? 'error' : tones[0] === 'error' ? 'warning' : 'info'
    return {
      severity,
      text: `${unwell.length} of ${pods.length} ${pods.length === 1 ? 'pod' : 'pods'}: ${states.join('; ')}.`,
      code: 'pods-state',
      params: { unwell: unwell.length, pods: pods.length, states: states.join('; ') },
    }
  }
  const restarted = pods.filter(({ restarts }) => restarts > 0)
  const restarts = restarted.reduce((sum, pod) => sum + pod.restarts, 0)
  if (restarts === 0) return null
  return {
    severity: 'info',
    text: `${restarted.length} of ${pods.length} ${pods.length === 1 ? 'pod' : 'pods'} ${restarted.length === 1 ? 'has' : 'have'} restarted, ${restarts} ${restarts === 1 ? 'time' : 'times'} in all.`,
    code: 'pods-restarted',
    params: { restarted: restarted.length, pods: pods.length, restarts },
  }
}

type Judge = (object: KubeObject, now: Now) => Required<Trouble>[]

/** Details of a kind that its state in words omits. */
const OF_KIND: Record<string, Judge> = {
  Deployment: (object) => short(object, 'availableReplicas', 'available'),
  StatefulSet: (object) => short(object, 'readyReplicas', 'ready'),
  ReplicaSet: (object) => short(object, 'readyReplicas', 'ready'),
  ReplicationController: (object) => short(object, 'readyReplicas', 'ready'),
  DaemonSet: (object) => {
    const of = (name: string) => integerAt(object, 'status', name) ?? 0
    const [wanted, ready, strayed] = [of('desiredNumberScheduled'), of('numberReady'), of('numberMisscheduled')]
    return [
      ...(ready < wanted ? [shortOf(ready, wanted, 'ready')] : []),
      ...(strayed > 0
        ? [
            warning('misscheduled', `${strayed} of its pods ${strayed === 1 ? 'runs' : 'run'} on nodes where none should`, {
              pods: strayed,
            }),
          ]
        : []),
    ]
  },
  Job: (object) => {
    const failed = integerAt(object, 'status', 'failed') ?? 0
    const done = objectsAt(object, 'status', 'conditions').some(
      (one) => ['Complete', 'Failed'].includes(textAt(one, 'type')) && textAt(one, 'status') === 'True',
    )
    if (failed === 0) return []
    return [
      {
        severity: done ? 'info' : 'warning',
        text: `${failed} of its pods ${failed === 1 ? 'has' : 'have'} failed`,
        code: 'pods-failed',
        params: { pods: failed },
      },
    ]
  },
  CronJob: (object, now) => {
    const last = textAt(object, 'status', 'lastScheduleTime')
    const succeeded = textAt(object, 'status', 'lastSuccessfulTime')
    const active = objectsAt(object, 'status', 'active').length
    // Before 1.21 no success is recorded, and for a running Job none yet.
    if (last === '' || active > 0 || succeeded === '' || Date.parse(succeeded) >= Date.parse(last)) return []
    const text = `its last run, ${agoInWords(last, now)}, has not succeeded; the last that did was ${agoInWords(succeeded, now)}`
    return [warning('run-not-succeeded', text, { last, succeeded })]
  },
  Pod: (object, now) => {
    const { phase, restarts, lastRestart, trouble } = podState(object, now)
    const found: Required<Trouble>[] = []
    const unscheduled = objectsAt(object, 'status', 'conditions').find(
      (one) => textAt(one, 'type') === 'PodScheduled' && textAt(one, 'status') === 'False',
    )
    if (phase === 'Pending' && (unscheduled !== undefined || isOlder(object, PENDING_MS, now))) found.push(pending(object, now, ''))
    if (restarts > 0)
      found.push({
        severity: trouble.includes('restarting') ? 'warning' : 'info',
        text: `${restarts} ${restarts === 1 ? 'restart' : 'restarts'}${lastRestart === '' ? '' : `, the last ${agoInWords(lastRestart, now)}`}`,
        code: 'restarts',
        params: { restarts, last: lastRestart },
      })
    return found
  },
  PersistentVolumeClaim: (object, now) =>
    textAt(object, 'status', 'phase') === 'Pending' && isOlder(object, PENDING_MS, now)
      ? [pending(object, now, ': no volume is bound to it')]
      : [],
  Ingress: (object) => {
    const backend = objectAt(object, 'spec', 'defaultBackend') ?? objectAt(object, 'spec', 'backend')
    const paths = objectsAt(object, 'spec', 'rules').flatMap((rule) => objectsAt(rule, 'http', 'paths'))
    return backend === undefined && paths.length === 0 ? [warning('no-backend', 'it has no backend: it leads nowhere', {})] : []
  },
  HorizontalPodAutoscaler: (object) =>
    objectsAt(object, 'status', 'conditions')
      .filter((one) => textAt(one, 'type') === 'ScalingLimited' && textAt(one, 'status') === 'True')
      .map((one) => textAt(one, 'message') || textAt(one, 'reason'))
      .map((text) => ({ severity: 'info' as const, text, code: 'scaling-limited', params: { why: text } })),
}

const warning = (code: string, text: string, params: Record<string, string | number>): Required<Trouble> => ({
  severity: 'warning',
  text,
  code,
  params,
})

function pending(object: KubeObject, now: Now, meaning: string): Required<Trouble> {
  const since = textAt(object, 'metadata', 'creationTimestamp')
  return warning('pending', `pending ${lastingInWords(since, now)}${meaning}`, { since })
}

/** False if no age is known. */
function isOlder(object: KubeObject, than: number, now: Now): boolean {
  return now !== null && now - Date.parse(textAt(object, 'metadata', 'creationTimestamp')) > than
}

/** Fewer replicas than wanted, even during a rollout or pause. */
function short(object: KubeObject, field: string, word: string): Required<Trouble>[] {
  const wanted = integerAt(object, 'spec', 'replicas') ?? 1
  const there = integerAt(object, 'status', field) ?? 0
  return there < wanted ? [shortOf(there, wanted, word)] : []
}

const shortOf = (there: number, wanted: number, word: string): Required<Trouble> => ({
  severity: there === 0 ? 'error' : 'warning',
  text: `${there} of ${wanted} ${word}`,
  code: 'replicas-short',
  params: { there, wanted, word },
})

/** Conditions of any kind that are bad when true: `ReplicaFailure`, `Degraded`, `NodeResizeError`. */
const BAD_WHEN_TRUE = /Fail(ed|ure)$|Error$|^Degraded$|^Stalled$|ContentRemaining$|FinalizersRemaining$/
/** Conditions that are bad when false; an object's state in words covers only one of them. */
const BAD_WHEN_FALSE = new Set(['Ready', 'Available', 'Healthy', 'Synced', 'Reconciled', 'Accepted', 'Programmed', 'ResolvedRefs'])

/** @param wellSoFar its state in words is not a fault */
function conditionsOf(object: KubeObject, wellSoFar: boolean): Required<Trouble>[] {
  // These are judged completely: a finished pod is no longer ready, as it should be.
  if (['Pod', 'Node', 'Job'].includes(textAt(object, 'kind'))) return []
  return objectsAt(object, 'status', 'conditions').flatMap((one) => {
    const [type, status] = [textAt(one, 'type'), textAt(one, 'status')]
    const bad = (status === 'True' && BAD_WHEN_TRUE.test(type)) || (wellSoFar && status === 'False' && BAD_WHEN_FALSE.has(type))
    if (!bad) return []
    const said = textAt(one, 'message') || textAt(one, 'reason')
    return [warning('condition', said === '' ? `${type} is ${status}` : `${type} is ${status}: ${said}`, { type, status, why: said })]
  })
}
