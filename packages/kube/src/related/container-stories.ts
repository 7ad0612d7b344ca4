// Describes what each container of a pod is doing, how its last run ended and what that means: why a pod crashes.

import { humanDuration } from '../summary/human-duration.ts'
import type { StatusInWords } from '../summary/object-status.ts'
import type { Tone } from '../summary/tone.ts'
import { integerAt, objectAt, objectsAt, textAt, valueAt } from '../value/fields.ts'
import type { KubeObject } from '../value/value.ts'

export interface ContainerStory {
  name: string
  /** A sidecar is an init container with restartPolicy Always. */
  role: 'container' | 'init container' | 'sidecar' | 'ephemeral container'
  image: string
  state: StatusInWords
  restarts: number
  /** How the last or previous run ended; null if none is recorded. */
  lastEnd: ContainerEnd | null
  /** Sentences, the most important first. */
  sentences: string[]
}

export interface ContainerEnd {
  exitCode: number | null
  signal: number | null
  reason: string
  /** RFC 3339; empty if unknown. */
  startedAt: string
  finishedAt: string
  /** In words: `ended with exit code 137 (SIGKILL) after 36s`. */
  text: string
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
  const sentences: string[] = []
  const end = ended ?? before
  const lastEnd = end === undefined ? null : endOf(end)

  let state: StatusInWords
  if (status === undefined) {
    state = { text: 'No status', tone: 'muted' }
    sentences.push(scheduled ? 'The kubelet has not reported this container.' : 'The pod is on no node, so that nothing has started it.')
  } else if (waiting) {
    const reason = textAt(waiting, 'reason')
    state = { text: reason || 'Waiting', tone: waitingTone(reason) }
    sentences.push(...waitingSentences(reason, textAt(waiting, 'message'), textAt(spec, 'image')))
  } else if (ended) {
    const code = integerAt(ended, 'exitCode') ?? 0
    state = { text: textAt(ended, 'reason') || (code === 0 ? 'Completed' : 'Error'), tone: code === 0 ? 'muted' : 'error' }
  } else if (running) {
    const ready = valueAt(status, 'ready') === true
    const waits = role === 'container' || role === 'sidecar'
    state = ready || !waits ? { text: 'Running', tone: 'ok' } : { text: 'Running, not ready', tone: 'warning' }
    if (!ready && waits)
      sentences.push(
        valueAt(status, 'started') === false && objectAt(spec, 'startupProbe')
          ? 'Its startup probe has not succeeded yet.'
          : objectAt(spec, 'readinessProbe')
            ? 'Its readiness probe does not succeed, so that no Service sends it anything.'
            : 'It runs, but is not reported ready.',
      )
  } else state = { text: 'Waiting', tone: 'progress' }

  if (end !== undefined && lastEnd !== null && (ended !== undefined || restarts > 0 || state.tone === 'error')) {
    sentences.push(`${ended === undefined ? 'Its last run' : 'It'} ${lastEnd.text}.`)
    sentences.push(...meaningOf(end, { limit, once: once && ended !== undefined, policy }))
  }
  return { name: textAt(spec, 'name'), role, image: textAt(spec, 'image'), state, restarts, lastEnd, sentences }
}

/** Waiting reasons that resolve on their own. */
const PASSING = new Set(['', 'ContainerCreating', 'PodInitializing'])

function waitingTone(reason: string): Tone {
  return PASSING.has(reason) ? 'progress' : 'error'
}

function waitingSentences(reason: string, message: string, image: string): string[] {
  const said = message === '' ? [] : [sentence(message)]
  switch (reason) {
    case 'CrashLoopBackOff': {
      const pause = /^back-off (\S+) restarting/.exec(message)?.[1]
      return [`It keeps ending, and the kubelet waits ${pause === undefined ? 'longer each time' : pause} before it starts it again.`]
    }
    case 'ImagePullBackOff':
    case 'ErrImagePull':
    case 'ErrImageNeverPull':
    case 'InvalidImageName':
    case 'RegistryUnavailable':
    case 'ImageInspectError':
      return [`Its image ${image} cannot be had.`, ...said]
    case 'CreateContainerConfigError':
      return ['It cannot be created: something that its configuration names is not there.', ...said]
    case 'CreateContainerError':
    case 'RunContainerError':
    case 'PreCreateHookError':
    case 'PreStartHookError':
    case 'PostStartHookError':
      return ['The container runtime could not start it.', ...said]
    case 'PodInitializing':
      return ['It starts once the init containers have ended.']
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
  const parts = [`ended with exit code ${exitCode ?? 0}`]
  if (signal !== null) parts.push(`(${SIGNALS[signal] ?? `signal ${signal}`})`)
  if (Number.isFinite(ran) && ran >= 0) parts.push(`after ${humanDuration(ran)}`)
  if (reason !== '' && reason !== 'Error' && reason !== 'Completed') parts.push(`, ${reason}`)
  return { exitCode, signal, reason, startedAt, finishedAt, text: parts.join(' ').replace(' ,', ',') }
}

function meaningOf(end: KubeObject, of: { limit: string; once: boolean; policy: string }): string[] {
  const said = textAt(end, 'message')
  const own = said === '' ? [] : [`It left the message: ${sentence(said)}`]
  const reason = textAt(end, 'reason')
  const code = integerAt(end, 'exitCode') ?? 0
  const signal = signalOf(end)
  if (reason === 'OOMKilled')
    return [`The kernel killed it for memory${of.limit === '' ? ': the node ran out of it' : `: its limit is ${of.limit}`}.`, ...own]
  if (reason === 'ContainerCannotRun' || reason === 'StartError') return ['The container runtime could not run its command.', ...own]
  if (reason === 'DeadlineExceeded') return ['The pod ran longer than its activeDeadlineSeconds.', ...own]
  if (code === 0) {
    if (of.once) return own
    return [of.policy === 'Always' ? 'restartPolicy Always restarts a container that exits with code 0 too.' : 'That is no error.', ...own]
  }
  if (code === 126) return ['Its command is there but cannot be executed.', ...own]
  if (code === 127) return ['Its command was not found in the image.', ...own]
  if (signal === 9) return ['Something killed it: the kubelet after the grace period or a failed liveness probe, or the kernel.', ...own]
  if (signal === 15) return ['It was asked to end: by the kubelet, after a failed liveness probe or for a deletion.', ...own]
  if (signal === 11 || signal === 6) return ['The program itself crashed.', ...own]
  return ['The program reported an error; its log, which etcd does not hold, says which.', ...own]
}

function sentence(text: string): string {
  const trimmed = text.trim()
  return /[.!?]$/.test(trimmed) ? trimmed : `${trimmed}.`
}
