import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { inEnglish } from '../testing/in-english.ts'
import type { KubeObject } from '../value/value.ts'
import { summarize } from './summarize.ts'

/** The state as English writes it. */
const said = (summary: ReturnType<typeof summarize>) =>
  summary?.status ? { text: inEnglish([summary.status.says]), tone: summary.status.tone } : null

const NOW = Date.UTC(2026, 0, 1, 12)
const of = (object: KubeObject, schemaless = false) => summarize({ object, schemaless }, { now: NOW })

describe('the header of an object', () => {
  test('of an owned object', () => {
    expect(
      of({
        apiVersion: 'apps/v1',
        kind: 'ReplicaSet',
        metadata: {
          name: 'web-1',
          namespace: 'shop',
          creationTimestamp: '2026-01-01T00:00:00Z',
          labels: { app: 'web', odd: 3 },
          ownerReferences: [{ apiVersion: 'apps/v1', kind: 'Deployment', name: 'web', uid: 'u', controller: true }, 'odd'],
        },
        spec: { replicas: 1 },
        status: { readyReplicas: 1 },
      }),
    ).toEqual({
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      name: 'web-1',
      namespace: 'shop',
      creationTimestamp: '2026-01-01T00:00:00Z',
      owners: [{ apiVersion: 'apps/v1', kind: 'Deployment', name: 'web', uid: 'u', controller: true }],
      labels: [{ key: 'app', value: 'web' }],
      status: { says: { code: 'of-wanted', params: { n: 1, wanted: 1, state: 'ready' } }, tone: 'ok' },
      deletion: null,
      facts: [],
    })
  })

  test('being deleted: since when, and what blocks it', () => {
    const summary = of({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'stuck', deletionTimestamp: '2026-01-01T11:50:30Z', deletionGracePeriodSeconds: 30, finalizers: ['a.b/c'] },
    })
    expect(summary?.deletion).toEqual({ since: '2026-01-01T11:50:00Z', gracePeriodSeconds: '30', finalizers: ['a.b/c'] })
    expect(said(summary)).toEqual({ text: 'Being deleted for 10m, held by finalizer a.b/c', tone: 'warning' })
  })

  test('a namespace is blocked by its spec.finalizers, a pod shows it in kubectl’s word', () => {
    const namespace = {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { deletionTimestamp: '2026-01-01T11:59:00Z' },
      spec: { finalizers: ['kubernetes'] },
    }
    expect(said(of(namespace))?.text).toBe('Being deleted for 60s, held by finalizer kubernetes')
    const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { deletionTimestamp: '2026-01-01T11:59:00Z' }, status: { phase: 'Running' } }
    expect(said(of(pod))).toEqual({ text: 'Terminating, overdue', tone: 'warning' })
    const inTime = { ...pod, metadata: { deletionTimestamp: '2026-01-01T11:59:30Z' } }
    expect(said(of(inTime))).toEqual({ text: 'Terminating', tone: 'progress' })
    expect(of({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { deletionTimestamp: 'soon' } })?.deletion?.since).toBeNull()
  })

  test('nothing is counted of a value of which a part did not decode', () => {
    const partial = (kind: string, more: KubeObject = {}) =>
      summarize({ object: { apiVersion: 'v1', kind, metadata: { name: 'x' }, ...more }, schemaless: false, partial: true }, { now: NOW })
    expect(partial('Secret', { type: 'Opaque' })?.facts).toEqual([])
    expect(said(partial('Secret'))).toEqual({ text: 'Partly undecoded, so its state is unknown', tone: 'warning' })
    // What blocks it may be among the missing.
    expect(said(partial('Namespace', { metadata: { name: 'x', deletionTimestamp: '2026-01-01T11:59:00Z' } }))?.tone).toBe('warning')
  })

  test('null without a kind; no status without a schema', () => {
    expect(summarize({ schemaless: false }, { now: NOW })).toBeNull()
    expect(of({ metadata: { name: 'x' } })).toBeNull()
    expect(of({ apiVersion: 'route.openshift.io/v1', kind: 'Route', metadata: { name: 'x' } }, true)).toMatchObject({
      name: 'x',
      status: null,
      facts: [],
    })
  })
})

const truth = new URL('../../../../../shared/fixtures/kube-1.20/truth/', import.meta.url)
const present = existsSync(truth)
if (!present) console.log('skipped: the captured cluster is read from ../shared, which is not beside this checkout')

test.skipIf(!present)('every object of a captured cluster has a complete header', () => {
  const statuses = new Map<string, Set<string>>()
  let objects = 0
  for (const file of readdirSync(truth)) {
    const list = JSON.parse(readFileSync(new URL(file, truth), 'utf8')) as { apiVersion: string; kind: string; items?: KubeObject[] | null }
    for (const item of list.items ?? []) {
      const object: KubeObject = { ...item, apiVersion: list.apiVersion, kind: list.kind.replace(/List$/, '') }
      const summary = summarize({ object, schemaless: false }, { now: Date.parse('2026-11-24T00:00:00Z') })
      expect(summary?.name).toBe((item.metadata as KubeObject).name)
      expect(JSON.stringify(summary)).not.toMatch(/undefined|NaN|<invalid>|\[object/)
      statuses.set(summary?.kind ?? '', (statuses.get(summary?.kind ?? '') ?? new Set()).add(said(summary)?.text ?? ''))
      objects++
    }
  }
  expect(objects).toBeGreaterThan(400)
  expect([...(statuses.get('Node') ?? [])]).toEqual(['Ready'])
  expect([...(statuses.get('CustomResourceDefinition') ?? [])]).toEqual(['Established'])
})
