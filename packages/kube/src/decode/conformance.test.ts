// Kubernetes' own serialisation fixtures: every stored kind, with every field filled, decodes into its .json.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { parseExactJson } from '../json/parse-exact-json.ts'
import { whyNeverStored } from '../protobuf/never-stored.ts'
import { decode } from './decode.ts'

interface Fixture {
  name: string
  apiVersion: string
  kind: string
  bytes: Uint8Array
  json: string
}

/** The pairs of a folder: `apps.v1.Deployment.pb` beside its `.json`. */
function fixturesOf(folder: URL): Fixture[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.pb'))
    .map((file) => {
      const name = file.slice(0, -'.pb'.length)
      const parts = name.split('.')
      const kind = parts.pop() ?? ''
      const version = parts.pop() ?? ''
      const group = parts.join('.')
      return {
        name,
        apiVersion: group === 'core' || group === '' ? version : `${group}/${version}`,
        kind,
        bytes: readFileSync(new URL(file, folder)),
        json: readFileSync(new URL(`${name}.json`, folder), 'utf8'),
      }
    })
}

/** True if the fixture was compared; a kind without a descriptor is never stored. */
function compare({ name, apiVersion, kind, bytes, json }: Fixture, zeroCreationTimestamp: 'null' | 'omit'): boolean {
  const decoded = decode(bytes, { zeroCreationTimestamp })
  if (decoded.schemaless) {
    expect(whyNeverStored(apiVersion, kind), name).toBeDefined()
    return false
  }
  expect(decoded.object, name).toEqual(parseExactJson(json).value)
  expect(
    decoded.problems.filter(({ severity }) => severity === 'error'),
    name,
  ).toEqual([])
  expect(decoded.unknownFields, name).toEqual([])
  return true
}

describe('the fixtures in this repository: kinds and fields of 1.37 and 1.38', () => {
  const kept = fixturesOf(new URL('../../testdata/conformance/', import.meta.url))

  test.each(kept)('$name', (fixture) => {
    // Of two kinds with one name, only one is stored.
    expect(compare(fixture, 'omit')).toBe(fixture.name !== 'policy.v1.Eviction')
  })

  test('contain the additions of the newest releases', () => {
    const object = (name: string) => JSON.stringify(decode(kept.find((fixture) => fixture.name === name)?.bytes ?? new Uint8Array()).object)
    expect(object('core.v1.Node')).toContain('"runningInUserNamespace":true')
    expect(object('core.v1.Pod')).toContain('"oci":{"ref":"refValue"')
    expect(object('resource.k8s.io.v1.ResourceClaim')).toContain('"derivedAttributes":[{')
    expect(object('resource.k8s.io.v1.ResourceSlice')).toContain('"compatibilityGroups":[')
  })
})

const shared = new URL('../../../../../shared/fixtures/kube-api-testdata/', import.meta.url)
if (!existsSync(shared)) console.warn(`skipped: the fixtures of whole releases, because ${shared.pathname} is not there`)

describe.skipIf(!existsSync(shared))('the fixtures of whole releases', () => {
  const releases = existsSync(shared) ? readdirSync(shared).filter((name) => name.startsWith('v')) : []
  test.each(releases)('every stored kind of %s', (release) => {
    // Go's omitzero came to creationTimestamp with 1.34.
    const mode = Number(release.split('.')[1]) < 34 ? 'null' : 'omit'
    const compared = fixturesOf(new URL(`${release}/`, shared)).filter((fixture) => compare(fixture, mode))
    expect(compared.length).toBeGreaterThan(80)
  })
})
