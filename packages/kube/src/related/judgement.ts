// Judges an object and its related objects by every state that was read, so that a failing object is never called healthy.

import { humanAge, type Now, whenOf } from '../summary/human-duration.ts'
import { podState } from '../summary/pod-state.ts'
import { summarize } from '../summary/summarize.ts'
import type { Tone } from '../summary/tone.ts'
import { integerAt, objectAt, objectsAt, textAt } from '../value/fields.ts'
import type { KubeObject } from '../value/value.ts'
import { asSentence, type RelatedMessage, storedText } from './messages.ts'
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

/**
 * What the object says of itself, the worst first; of one that is `partial`, because a part of it did not decode, no more than that. `now` is in milliseconds since 1970, or null where no age is known.
 * @param write sentences as text: what only repeats a part of what was found before is left out
 */
export function judgeObject(
  { object, partial, place }: { object: KubeObject; partial: boolean; place: ObjectPlace },
  now: Now,
  write: (says: RelatedMessage[]) => string,
): Trouble[] {
  const kind = textAt(object, 'kind')
  // An event is about something else.
  if (kind === '' || kind === 'Event') return []
  const name = nameInWords(kind, place)
  const found: Trouble[] = []
  const texts: string[] = []
  const add = ({ severity, says }: Trouble) => {
    const text = write(says)
    // One that ends where the other goes on says the same.
    const ends = text.replace(/[.。]$/, '')
    if (ends === '' || texts.some((one) => one.includes(ends))) return
    texts.push(text)
    found.push({ severity, says: [{ code: 'about-object', params: { object: name } }, ...says] })
  }
  const summary = summarize({ object, schemaless: false, partial }, { now })
  const status = summary?.status ?? null
  const severity = status === null ? undefined : SEVERITY[status.tone]
  const why = summary?.facts.find(({ label }) => label === 'fact-why')?.value ?? ''
  if (status !== null && severity !== undefined)
    add({
      severity,
      says: [
        why === '' || typeof why !== 'string'
          ? { code: 'object-state', params: { state: [status.says] } }
          : { code: 'object-state-why', params: { state: [status.says], why: asSentence(why) } },
      ],
    })
  if (partial) return found
  for (const own of OF_KIND[kind]?.(object, now) ?? []) add(own)
  if (!isBeingDeleted(object)) for (const own of conditionsOf(object, found.length === 0)) add(own)
  return worstFirst(found)
}

/** The troubles shown by a section's items, containers and events, besides those it has already reported. */
export function judgeSection(content: SectionContent, now: Now): Trouble[] {
  const found: Trouble[] = []
  const pods = podsInWords(content.items)
  if (pods !== null && !content.notes.some(({ says }) => JSON.stringify(says) === JSON.stringify(pods.says))) found.push(pods)
  for (const item of content.items) {
    const { kind, status, trouble, place } = item
    if (item.found !== 'there' || status === null || trouble !== null || kind === 'Pod') continue
    const severity = SEVERITY[status.tone]
    if (severity === undefined) continue
    const name = place === null ? `${kind} ${item.name}` : nameInWords(kind, place)
    found.push({
      severity: isNoFault(item) ? 'info' : severity,
      says: [
        { code: 'about-object', params: { object: name } },
        { code: 'object-state', params: { state: [status.says] } },
      ],
    })
  }
  for (const { name, state, says } of content.containers) {
    const severity = SEVERITY[state.tone]
    if (severity !== undefined)
      found.push({ severity, says: [{ code: 'container-state', params: { container: name, state: [state.says] } }, ...says] })
  }
  const warnings = content.events.filter(
    ({ type, last, earlier }) => type === 'Warning' && !earlier && (now === null || now - Date.parse(last) < LATELY_MS),
  )
  for (const { reason, count, last, message } of warnings.slice(0, MOST_EVENTS))
    found.push({
      severity: 'info',
      says: [{ code: 'warning-event', params: { reason, times: count, ...whenOf(last, now) } }, ...storedText(message)],
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
    const states = [
      ...new Map(unwell.flatMap(({ status }) => (status === null ? [] : [[JSON.stringify(status.says), [status.says]] as const]))).values(),
    ]
    const severity = unwell.some(({ status }) => status?.tone === 'error') ? 'error' : tones[0] === 'error' ? 'warning' : 'info'
    return {
      severity,
      says: [{ code: 'pods-state', params: { unwell: unwell.length, pods: pods.length, states } }],
    }
  }
  const restarted = pods.filter(({ restarts }) => restarts > 0)
  const restarts = restarted.reduce((sum, pod) => sum + pod.restarts, 0)
  if (restarts === 0) return null
  return {
    severity: 'info',
    says: [{ code: 'pods-restarted', params: { restarted: restarted.length, pods: pods.length, restarts } }],
  }
}

type Judge = (object: KubeObject, now: Now) => Trouble[]

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
      ...(strayed > 0 ? [warning({ code: 'pods-misscheduled', params: { pods: strayed } })] : []),
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
        says: [{ code: 'pods-failed', params: { pods: failed } }],
      },
    ]
  },
  CronJob: (object, now) => {
    const last = textAt(object, 'status', 'lastScheduleTime')
    const succeeded = textAt(object, 'status', 'lastSuccessfulTime')
    const active = objectsAt(object, 'status', 'active').length
    // Before 1.21 no success is recorded, and for a running Job none yet.
    if (last === '' || active > 0 || succeeded === '' || Date.parse(succeeded) >= Date.parse(last)) return []
    const [latest, good] = [whenOf(last, now), whenOf(succeeded, now)]
    return [
      warning({
        code: 'run-not-succeeded',
        params: { lastWhen: latest.when, last: latest.time, goodWhen: good.when, good: good.time },
      }),
    ]
  },
  Pod: (object, now) => {
    const { phase, restarts, lastRestart, trouble } = podState(object, now)
    const found: Trouble[] = []
    const unscheduled = objectsAt(object, 'status', 'conditions').find(
      (one) => textAt(one, 'type') === 'PodScheduled' && textAt(one, 'status') === 'False',
    )
    if (phase === 'Pending' && (unscheduled !== undefined || isOlder(object, PENDING_MS, now))) found.push(pending(object, now))
    if (restarts > 0)
      found.push({
        severity: trouble.includes('restarting') ? 'warning' : 'info',
        says: [
          lastRestart === ''
            ? { code: 'restarts', params: { restarts } }
            : { code: 'restarts-last', params: { restarts, ...whenOf(lastRestart, now) } },
        ],
      })
    return found
  },
  PersistentVolumeClaim: (object, now) =>
    textAt(object, 'status', 'phase') === 'Pending' && isOlder(object, PENDING_MS, now)
      ? [pending(object, now, { code: 'volume-unbound', params: {} })]
      : [],
  Ingress: (object) => {
    const backend = objectAt(object, 'spec', 'defaultBackend') ?? objectAt(object, 'spec', 'backend')
    const paths = objectsAt(object, 'spec', 'rules').flatMap((rule) => objectsAt(rule, 'http', 'paths'))
    return backend === undefined && paths.length === 0 ? [warning({ code: 'backend-missing', params: {} })] : []
  },
  HorizontalPodAutoscaler: (object) =>
    objectsAt(object, 'status', 'conditions')
      .filter((one) => textAt(one, 'type') === 'ScalingLimited' && textAt(one, 'status') === 'True')
      .map((one) => textAt(one, 'message') || textAt(one, 'reason'))
      .map((text) => ({ severity: 'info' as const, says: storedText(text) })),
}

const warning = (...says: RelatedMessage[]): Trouble => ({ severity: 'warning', says })

function pending(object: KubeObject, now: Now, ...meaning: RelatedMessage[]): Trouble {
  const since = humanAge(textAt(object, 'metadata', 'creationTimestamp'), now)
  return warning(
    now === null ? { code: 'pending-since', params: { time: since } } : { code: 'pending-for', params: { age: since } },
    ...meaning,
  )
}

/** False if no age is known. */
function isOlder(object: KubeObject, than: number, now: Now): boolean {
  return now !== null && now - Date.parse(textAt(object, 'metadata', 'creationTimestamp')) > than
}

/** Fewer replicas than wanted, even during a rollout or pause. */
function short(object: KubeObject, field: string, state: ReplicaState): Trouble[] {
  const wanted = integerAt(object, 'spec', 'replicas') ?? 1
  const there = integerAt(object, 'status', field) ?? 0
  return there < wanted ? [shortOf(there, wanted, state)] : []
}

type ReplicaState = 'ready' | 'available'

const shortOf = (there: number, wanted: number, state: ReplicaState): Trouble => ({
  severity: there === 0 ? 'error' : 'warning',
  says: [{ code: 'replicas-short', params: { there, wanted, state } }],
})

/** Conditions of any kind that are bad when true: `ReplicaFailure`, `Degraded`, `NodeResizeError`. */
const BAD_WHEN_TRUE = /Fail(ed|ure)$|Error$|^Degraded$|^Stalled$|ContentRemaining$|FinalizersRemaining$/
/** Conditions that are bad when false; an object's state in words covers only one of them. */
const BAD_WHEN_FALSE = new Set(['Ready', 'Available', 'Healthy', 'Synced', 'Reconciled', 'Accepted', 'Programmed', 'ResolvedRefs'])

/** @param wellSoFar its state in words is not a fault */
function conditionsOf(object: KubeObject, wellSoFar: boolean): Trouble[] {
  // These are judged completely: a finished pod is no longer ready, as it should be.
  if (['Pod', 'Node', 'Job'].includes(textAt(object, 'kind'))) return []
  return objectsAt(object, 'status', 'conditions').flatMap((one) => {
    const [type, status] = [textAt(one, 'type'), textAt(one, 'status')]
    const bad = (status === 'True' && BAD_WHEN_TRUE.test(type)) || (wellSoFar && status === 'False' && BAD_WHEN_FALSE.has(type))
    if (!bad) return []
    const said = textAt(one, 'message') || textAt(one, 'reason')
    return [
      warning(
        said === ''
          ? { code: 'condition-is', params: { type, status } }
          : { code: 'condition-is-why', params: { type, status, why: asSentence(said) } },
      ),
    ]
  })
}
