// How a container's last end is described.
import { expect, it } from 'vitest'
import { inEnglish } from '../testing/in-english.ts'
import type { KubeObject } from '../value/value.ts'
import { containerStories } from './container-stories.ts'

const pod = (status: KubeObject, spec: KubeObject = {}, policy = 'Always', container: KubeObject = {}): KubeObject => ({
  kind: 'Pod',
  spec: { nodeName: 'n1', restartPolicy: policy, containers: [{ name: 'web', image: 'web:1', ...container }], ...spec },
  status: { containerStatuses: [{ name: 'web', ...status }] },
})
const terminated = (more: KubeObject): KubeObject => ({
  startedAt: '2026-11-23T03:00:00Z',
  finishedAt: '2026-11-23T03:00:36Z',
  ...more,
})
const crashing = (end: KubeObject): KubeObject => ({
  restartCount: 7,
  ready: false,
  state: { waiting: { reason: 'CrashLoopBackOff', message: 'back-off 5m0s restarting failed container=web pod=x' } },
  lastState: { terminated: terminated(end) },
})

it.each([
  [{ exitCode: 0 }, 'exited with code 0 after 36s.', 'restartPolicy Always'],
  [{ exitCode: 137, reason: 'OOMKilled' }, 'exited with code 137 (SIGKILL) after 36s: OOMKilled.', 'its memory limit of 64Mi'],
  [{ exitCode: 137, reason: 'Error' }, 'exited with code 137 (SIGKILL) after 36s.', 'It was killed'],
  [{ exitCode: 139 }, '(SIGSEGV)', 'The program itself crashed.'],
  [
    { exitCode: 127, reason: 'ContainerCannotRun', message: 'no such file' },
    ': ContainerCannotRun.',
    'Its termination message: no such file.',
  ],
  [{ exitCode: 127 }, 'exited with code 127', 'was not found in the image'],
  [{ exitCode: 1, message: 'panic: no database' }, 'exited with code 1 after 36s.', 'Its termination message: panic: no database.'],
])('a crash loop after %o', (end, ended, meaning) => {
  const [story] = containerStories(pod(crashing(end), {}, 'Always', { resources: { limits: { memory: '64Mi' } } }))
  expect(story).toMatchObject({ state: { says: { params: { text: 'CrashLoopBackOff' } }, tone: 'error' }, restarts: 7 })
  const told = inEnglish(story?.says ?? [])
  expect(told).toContain('the kubelet waits 5m0s before the next restart')
  expect(told).toContain(ended)
  expect(told).toContain(meaning)
})

it('a container that ended for good is not called a crash', () => {
  const [done] = containerStories(
    pod({ restartCount: 0, state: { terminated: terminated({ exitCode: 0, reason: 'Completed' }) } }, {}, 'Never'),
  )
  expect(done).toMatchObject({ state: { says: { params: { text: 'Completed' } }, tone: 'muted' } })
  expect(inEnglish(done?.says ?? [])).toBe('It exited with code 0 after 36s.')
})

it('the reason why a container does not start comes with its message', () => {
  const waiting = (reason: string, message: string) =>
    (containerStories(pod({ state: { waiting: { reason, message } } }))[0]?.says ?? []).map((one) => inEnglish([one]))
  expect(waiting('ImagePullBackOff', 'Back-off pulling image "web:1"')).toEqual([
    'Image web:1 is not available.',
    'Back-off pulling image "web:1".',
  ])
  expect(waiting('CreateContainerConfigError', 'secret "db" not found')?.[1]).toBe('secret "db" not found.')
})

it('includes init containers, sidecars and containers without a status', () => {
  const stories = containerStories({
    kind: 'Pod',
    spec: {
      initContainers: [{ name: 'first' }, { name: 'proxy', restartPolicy: 'Always', readinessProbe: {} }],
      containers: [{ name: 'web' }],
    },
    status: {
      initContainerStatuses: [
        { name: 'first', state: { terminated: { exitCode: 0 } } },
        { name: 'proxy', ready: false, state: { running: {} } },
      ],
    },
  })
  expect(stories.map(({ name, role, state }) => [name, role, inEnglish([state.says])])).toEqual([
    ['first', 'init container', 'Completed'],
    ['proxy', 'sidecar', 'Running, not ready'],
    ['web', 'container', 'No status'],
  ])
})

it('hostile structures do not throw', () => {
  for (const hostile of [null, 7, 'x', [], [null], { a: 1 }]) {
    expect(containerStories({ kind: 'Pod', spec: hostile, status: hostile } as KubeObject)).toEqual([])
    containerStories(pod({ state: hostile, lastState: hostile } as KubeObject))
  }
})
