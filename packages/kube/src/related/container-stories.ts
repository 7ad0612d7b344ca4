// Describes what each container of a pod is doing, how its last run ended and what that means: why a pod crashes.

import { humanDuration } from '../summary/human-duration.ts'
import type { StatusInWords } from '../summary/object-status.ts'
import { plain, word } from '../summary/state-messages.ts'
import type { Tone } from '../summary/tone.ts'
import { integerAt, objectAt, objectsAt, textAt, valueAt } from '../value/fields.ts'
import type { KubeObject } from '../value/value.ts'
import { asSentence, type ContainerMessage } from './messages.ts'

export interface ContainerStory {
  name: string
  /** A sidecar is an init container with restartPolicy Always. */
  role: 'container' | 'init container' | 'sidecar' | 'ephemeral container'
  image: string
  state: StatusInWords
  restarts: number
  /** How the last or previous run ended; null if none is recorded. */
  lastEnd: ContainerEnd | null
  /** The most important first. */
  says: ContainerMessage[]
}

export interface ContainerEnd {
  exitCode: number | null
  signal: number | null
  reason: string
  /** RFC 3339; empty if unknown. */
  startedAt: string
  finishedAt: string
  /** How long it ran, as kubectl prints a duration; empty when unknown. */
  ran: string
}

/** One story per container, in start order. */
export function containerStories(pod: KubeObject): ContainerStory[] {
  const policy = textAt(pod, 'spec', 'restartPolicy') || 'Always'
  const scheduled = textAt(pod, 'spec', 'nodeName') !== ''
  const stories: ContainerStory[] = []
  for (const [list, statuses, role] of [
    ['initContainers', 'initContainerStatuses', 'init container'],
    ['containers', 'containerStatuses', 'container'],
    ['ephemeralContainers', 'ephemeralContainerStatuses', 'ephemeral container'],
  ] as const) {
    const status = new Map(objectsAt(pod, 'status', statuses).map((one) => [textAt(one, 'name'), one]))
    for (const spec of objectsAt(pod, 'spec', list)) {
      const sidecar = role === 'init container' && textAt(spec, 'restartPolicy') === 'Always'
      const name = textAt(spec, 'name')
      stories.push(story(spec, status.get(name), sidecar ? 'sidecar' : role, sidecar ? 'Always' : policy, scheduled))
    }
  }
  return stories
}

function story(
  spec: KubeObject,
  status: KubeObject | undefined,
  role: ContainerStory['role'],
  policy: string,
  scheduled: boolean,
): ContainerStory {
  const waiting = objectAt(status, 'state', 'waiting')
  const running = objectAt(status, 'state', 'running')
  const ended = objectAt(status, 'state', 'terminated')
  const before = objectAt(status, 'lastState', 'terminated')
  const restarts = integerAt(status, 'restartCount') ?? 0
  const limit = textAt(spec, 'resources', 'limits', 'memory')
  const once = role === 'init container' || policy === 'Never' || policy === 'OnFailure'
  const says: ContainerMessage[] = []
  const end = ended ?? before
  const lastEnd = end === undefined ? null : endOf(end)

  let state: StatusInWords
  if (status === undefined) {
    state = { says: plain('status-missing'), tone: 'muted' }
    says.push({ code: scheduled ? 'container-unreported' : 'container-on-no-node', params: {} })
  } else if (waiting) {
    const reason = textAt(waiting, 'reason')
    state = { says: reason === '' ? plain('waiting') : word(reason), tone: waitingTone(reason) }
    says.push(...whyWaiting(reason, textAt(waiting, 'message'), textAt(spec, 'image')))
  } else if (ended) {
    const code = integerAt(ended, 'exitCode') ?? 0
    state = { says: word(textAt(ended, 'reason') || (code === 0 ? 'Completed' : 'Error')), tone: code === 0 ? 'muted' : 'error' }
  } else if (running) {
    const ready = valueAt(status, 'ready') === true
    const waits = role === 'container' || role === 'sidecar'
    state = ready || !waits ? { says: word('Running'), tone: 'ok' } : { says: plain('running-not-ready-yet'), tone: 'warning' }
    if (!ready && waits)
      says.push({
        code:
          valueAt(status, 'started') === false && objectAt(spec, 'startupProbe')
            ? 'startup-probe-pending'
            : objectAt(spec, 'readinessProbe')
              ? 'readiness-probe-failing'
              : 'running-not-ready',
        params: {},
      })
  } else state = { says: plain('waiting'), tone: 'progress' }

  if (end !== undefined && lastEnd !== null && (ended !== undefined || restarts > 0 || state.tone === 'error')) {
    says.push(endedHow(lastEnd, ended === undefined ? 'last-run-ended' : 'run-ended'))
    says.push(...meaningOf(end, { limit, once: once && ended !== undefined, policy }))
  }
  return { name: textAt(spec, 'name'), role, image: textAt(spec, 'image'), state, restarts, lastEnd, says }
}

/** Waiting reasons that resolve on their own. */
const PASSING = new Set(['', 'ContainerCreating', 'PodInitializing'])

function waitingTone(reason: string): Tone {
  return PASSING.has(reason) ? 'progress' : 'error'
}

function whyWaiting(reason: string, message: string, image: string): ContainerMessage[] {
  const said: ContainerMessage[] = message === '' ? [] : [{ code: 'stored-text', params: { text: asSentence(message) } }]
  switch (reason) {
    case 'CrashLoopBackOff': {
      const pause = /^back-off (\S+) restarting/.exec(message)?.[1]
      return [pause === undefined ? tell('crash-loop-longer') : { code: 'crash-loop', params: { pause } }]
    }
    case 'ImagePullBackOff':
    case 'ErrImagePull':
    case 'ErrImageNeverPull':
    case 'InvalidImageName':
    case 'RegistryUnavailable':
    case 'ImageInspectError':
      return [{ code: 'image-unavailable', params: { image } }, ...said]
    case 'CreateContainerConfigError':
      return [tell('configuration-missing'), ...said]
    case 'CreateContainerError':
    case 'RunContainerError':
    case 'PreCreateHookError':
    case 'PreStartHookError':
    case 'PostStartHookError':
      return [tell('runtime-start-failed'), ...said]
    case 'PodInitializing':
      return [tell('init-containers-first')]
    default:
      return said
  }
}

const SIGNALS: Record<number, string> = { 1: 'SIGHUP', 2: 'SIGINT', 4: 'SIGILL', 6: 'SIGABRT', 7: 'SIGBUS', 8: 'SIGFPE', 9: 'SIGKILL' }
SIGNALS[11] = 'SIGSEGV'
SIGNALS[13] = 'SIGPIPE'
SIGNALS[15] = 'SIGTERM'

/** A shell, and so a container runtime, reports a process's signal as 128 plus its number. */
function signalOf(end: KubeObject): number | null {
  const own = integerAt(end, 'signal') ?? 0
  if (own !== 0) return own
  const code = integerAt(end, 'exitCode') ?? 0
  return code > 128 && code < 160 ? code - 128 : null
}

function endOf(end: KubeObject): ContainerEnd {
  const exitCode = integerAt(end, 'exitCode') ?? null
  const signal = signalOf(end)
  const reason = textAt(end, 'reason')
  const [startedAt, finishedAt] = [textAt(end, 'startedAt'), textAt(end, 'finishedAt')]
  const ran = Date.parse(finishedAt) - Date.parse(startedAt)
  return { exitCode, signal, reason, startedAt, finishedAt, ran: Number.isFinite(ran) && ran >= 0 ? humanDuration(ran) : '' }
}

/** How a run ended, as a sentence about it. */
export function endedHow({ exitCode, signal, ran, reason }: ContainerEnd, code: 'run-ended' | 'last-run-ended'): ContainerMessage {
  return {
    code,
    params: {
      exitCode: String(exitCode ?? 0),
      signal: signal === null ? 'none' : (SIGNALS[signal] ?? String(signal)),
      ran: ran || 'none',
      reason: reason === 'Error' || reason === 'Completed' ? 'none' : reason || 'none',
    },
  }
}

/** Codes of sentences that nothing fills in. */
type Plain = { [One in ContainerMessage as One['code']]: keyof One['params'] extends never ? One['code'] : never }[ContainerMessage['code']]

const tell = (code: Plain): ContainerMessage => ({ code, params: {} })

function meaningOf(end: KubeObject, of: { limit: string; once: boolean; policy: string }): ContainerMessage[] {
  const said = textAt(end, 'message')
  const own: ContainerMessage[] = said === '' ? [] : [{ code: 'message-left', params: { text: asSentence(said) } }]
  const reason = textAt(end, 'reason')
  const code = integerAt(end, 'exitCode') ?? 0
  const signal = signalOf(end)
  if (reason === 'OOMKilled')
    return [of.limit === '' ? tell('memory-of-node-exhausted') : { code: 'memory-limit-exceeded', params: { limit: of.limit } }, ...own]
  if (reason === 'ContainerCannotRun' || reason === 'StartError') return [tell('command-cannot-run'), ...own]
  if (reason === 'DeadlineExceeded') return [tell('deadline-exceeded'), ...own]
  if (code === 0) {
    if (of.once) return own
    return [tell(of.policy === 'Always' ? 'restarted-always' : 'no-error'), ...own]
  }
  if (code === 126) return [tell('command-not-executable'), ...own]
  if (code === 127) return [tell('command-not-found'), ...own]
  if (signal === 9) return [tell('killed-by-signal'), ...own]
  if (signal === 15) return [tell('asked-to-end'), ...own]
  if (signal === 11 || signal === 6) return [tell('program-crashed'), ...own]
  return [tell('program-reported-error'), ...own]
}
