import { describe, expect, test } from 'vitest'
import { decode } from '../decode/decode.ts'
import { diffApplied } from './diff-applied.ts'
import type { ComparedValue } from './diff-decoded.ts'
import { formatDiffPath } from './diff-path.ts'

const of = (object: object): ComparedValue => {
  const raw = new TextEncoder().encode(JSON.stringify(object))
  return { decoded: decode(raw), raw }
}
const changesOf = (live: object, applied: object) =>
  diffApplied(of(live), of(applied)).diff.changes.map(({ path, kind, noise }) => [formatDiffPath(path), noise ?? kind])

const deployment = (spec: object, metadata: object = {}) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace: 'shop', ...metadata },
  spec,
})
const lastApplied = (object: object) => ({
  annotations: { 'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify(object) },
})

describe('what applying an object changes', () => {
  test('nothing that belongs to one cluster only', () => {
    const live = deployment({ replicas: 1 }, { uid: 'a', resourceVersion: '9', generation: 3, ownerReferences: [{ uid: 'b' }] })
    expect(changesOf({ ...live, status: { replicas: 1 } }, deployment({ replicas: 1 }, { uid: 'c' }))).toEqual([])
  })

  test('fields that are given, and those that only the cluster has stay', () => {
    const live = deployment({ replicas: 3, paused: true }, { labels: { app: 'web', team: 'blue' } })
    expect(changesOf(live, deployment({ replicas: 1 }, { labels: { app: 'shop' } }))).toEqual([
      ['metadata.labels.app', 'changed'],
      ['metadata.labels.team', 'kept'],
      ['spec.paused', 'kept'],
      ['spec.replicas', 'changed'],
    ])
  })

  test('what was applied before and is not given any more is removed', () => {
    const before = deployment({ replicas: 3, template: { spec: { containers: [{ name: 'web' }, { name: 'log' }] } } })
    const containers = (...names: string[]) => ({ template: { spec: { containers: names.map((name) => ({ name, image: 'a' })) } } })
    const live = deployment({ replicas: 3, paused: true, ...containers('web', 'log', 'mesh') }, lastApplied(before))
    expect(changesOf(live, deployment(containers('web')))).toEqual([
      ['spec.paused', 'kept'],
      ['spec.replicas', 'removed'],
      ['spec.template.spec.containers[log]', 'removed'],
      ['spec.template.spec.containers[mesh]', 'kept'],
    ])
  })

  test('annotations stay one by one, also where none is given', () => {
    const applied = { ...deployment({}, { annotations: { old: '1' } }) }
    const last = lastApplied(applied).annotations
    expect(changesOf(deployment({}, { annotations: { ...last, old: '1', own: '2' } }), deployment({}))).toEqual([
      ['metadata.annotations.old', 'removed'],
      ['metadata.annotations.own', 'kept'],
    ])
  })

  test('where the last configuration cannot be read, nothing is said to stay', () => {
    const live = deployment({ paused: true }, { annotations: { 'kubectl.kubernetes.io/last-applied-configuration': '{' } })
    expect(changesOf(live, deployment({ replicas: 1 }))).toEqual([
      ['spec.paused', 'removed'],
      ['spec.replicas', 'added'],
    ])
  })

  test('lists without merge keys are replaced, and all lists of a custom resource', () => {
    const pod = (args: string[]) => ({
      ...{ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a' } },
      spec: { containers: [{ name: 'web', args }] },
    })
    expect(changesOf(pod(['-v', '-q']), pod(['-v']))).toEqual([['spec.containers[web].args[1]', 'removed']])
    const custom = (...names: string[]) => ({
      ...{ apiVersion: 'example.com/v1', kind: 'Thing', metadata: { name: 'a' } },
      spec: { ports: names.map((name) => ({ name })) },
    })
    expect(changesOf(custom('a', 'b'), custom('a')).map(([, what]) => what)).toEqual(['removed'])
  })

  test('members of a strategy or a volume that are not given are removed', () => {
    const spec = (strategy: object, volume: object) => ({ strategy, template: { spec: { volumes: [{ name: 'a', ...volume }] } } })
    const live = deployment(spec({ type: 'RollingUpdate', rollingUpdate: { maxSurge: 1 } }, { emptyDir: {} }))
    expect(changesOf(live, deployment(spec({ type: 'Recreate' }, { configMap: { name: 'b' } })))).toEqual([
      ['spec.strategy.rollingUpdate', 'removed'],
      ['spec.strategy.type', 'changed'],
      ['spec.template.spec.volumes[a].configMap', 'added'],
      ['spec.template.spec.volumes[a].emptyDir', 'removed'],
    ])
  })

  test('an object that the cluster does not have', () => {
    expect(diffApplied(null, of(deployment({ replicas: 1 })))).toMatchObject({ by: 'presence', diff: { counts: { added: 1 } } })
  })
})
