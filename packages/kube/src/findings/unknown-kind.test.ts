// Kinds unknown to Registree are a note, never damage, and are not judged by invisible fields.
import { expect, test } from 'vitest'
import { RULES } from './rules.ts'
import { brief, foundIn } from './testing/found-in.ts'
import { unknownKind } from './unknown-kind.ts'

const thing = (name: string) => ({
  outline: { apiVersion: 'later.k8s.io/v1', kind: 'Thing', metadata: { name, namespace: 'shop', uid: `uid-${name}` } },
})

test('one note for all objects of a kind, with the release that the tables cover', () => {
  const found = foundIn(unknownKind, {
    'things/shop/a': thing('a'),
    'things/shop/b': thing('b'),
    'evictions/shop/c': { outline: { apiVersion: 'policy/v1', kind: 'Eviction' } },
  })
  expect(brief(found)).toEqual([
    expect.stringMatching(
      /^info unknown-kind evictions\/shop\/c: 1 object is of policy\/v1 Eviction, which Registree does not know. Kubernetes itself never stores this kind \(a subresource/,
    ),
    expect.stringMatching(
      /^info unknown-kind things\/shop\/a: 2 objects are of later.k8s.io\/v1 Thing, which Registree does not know. Registree’s tables end at Kubernetes 1\.\d+( \(\w+\))?\. Metadata is read/,
    ),
  ])
  expect(found[1]?.links).toEqual([{ text: 'all of things', table: { resource: 'things' } }])
})

test('no rule calls it damaged, or judges it by missing fields', () => {
  const node = { outline: { apiVersion: 'v9', kind: 'Node', metadata: { name: 'n' } } }
  const pod = { outline: { apiVersion: 'v9', kind: 'Pod', metadata: { name: 'p', namespace: 'shop' } } }
  const all = RULES.flatMap((rule) =>
    foundIn(rule, { 'namespaces/shop': {}, 'minions/n': node, 'pods/shop/p': pod, 'things/shop/a': thing('a') }),
  )
  expect(all.filter(({ severity }) => severity !== 'info')).toEqual([])
  expect(new Set(all.map(({ rule }) => rule))).toEqual(new Set(['unknown-kind', 'largest']))
})

test('it needs no CustomResourceDefinition: custom resources are never protobuf', () => {
  const found = RULES.flatMap((rule) => foundIn(rule, { 'namespaces/shop': {}, 'sample.k8s.io/flunders/shop/f': thing('f') }))
  expect(found.map(({ rule }) => rule)).not.toContain('missing-definition')
})

test('its metadata counts: an owner of an unknown kind exists', () => {
  const owned = (uid: string) => ({ metadata: { ownerReferences: [{ apiVersion: 'later.k8s.io/v1', kind: 'Thing', name: 'a', uid }] } })
  const found = RULES.flatMap((rule) =>
    foundIn(rule, {
      'namespaces/shop': {},
      'things/shop/a': thing('a'),
      'configmaps/shop/mine': owned('uid-a'),
      'secrets/shop/lost': owned('uid-gone'),
    }),
  )
  expect(found.filter(({ rule }) => rule === 'orphan').map(({ name }) => name)).not.toContain('mine')
})
