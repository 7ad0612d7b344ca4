import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { inEnglish } from '../testing/in-english.ts'
import type { KubeObject } from '../value/value.ts'
import { helmStorage, openHelmRelease } from './helm-release.ts'

const RELEASE = {
  name: 'web',
  info: {
    first_deployed: '2026-01-01T00:00:00Z',
    last_deployed: '2026-02-01T10:00:00.5+01:00',
    deleted: '',
    description: 'Upgrade complete',
    status: 'deployed',
    notes: 'Visit /',
  },
  chart: { metadata: { name: 'nginx', version: '15.1.0', appVersion: '1.25.1' }, templates: [] },
  config: { password: 'x' },
  manifest: '---\napiVersion: v1\nkind: Service\n',
  version: 3,
  namespace: 'shop',
}
const pack = (content: unknown) => gzipSync(typeof content === 'string' ? content : JSON.stringify(content)).toString('base64')
const again = (text: string) => Buffer.from(text).toString('base64')
const inSecret = (release: string): { object: KubeObject } => ({
  object: {
    apiVersion: 'v1',
    kind: 'Secret',
    type: 'helm.sh/release.v1',
    metadata: { name: 'sh.helm.release.v1.web.v3' },
    data: { release: again(release) },
  },
})
const inConfigMap = (release: string): { object: KubeObject } => ({
  object: {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'sh.helm.release.v1.web.v3', labels: { owner: 'helm' } },
    data: { release },
  },
})

describe('a Helm release', () => {
  test.each([
    ['Secret', inSecret(pack(RELEASE))],
    ['ConfigMap', inConfigMap(pack(RELEASE))],
    ['Secret, written before Helm compressed', inSecret(again(JSON.stringify(RELEASE)))],
  ])('in a %s', (_name, value) => {
    expect(openHelmRelease(value)).toMatchObject({
      ok: true,
      release: {
        name: 'web',
        namespace: 'shop',
        revision: 3,
        status: 'deployed',
        description: 'Upgrade complete',
        chart: { name: 'nginx', version: '15.1.0', appVersion: '1.25.1' },
        firstDeployed: '2026-01-01T00:00:00Z',
        updated: '2026-02-01T10:00:00.5+01:00',
        notes: 'Visit /',
        manifest: RELEASE.manifest,
        size: { unpacked: JSON.stringify(RELEASE).length },
      },
    })
  })

  test('of several megabytes', () => {
    const manifest = Array.from({ length: 200_000 }, (_, i) => `line ${i}\n`).join('')
    const opened = openHelmRelease(inSecret(pack({ ...RELEASE, manifest })))
    expect(opened).toMatchObject({ ok: true })
    expect(opened?.ok && opened.release.manifest === manifest).toBe(true)
  })

  test('a decompression bomb is not unpacked', () => {
    const bomb = inSecret(pack(' '.repeat(300_000_000)))
    const before = process.memoryUsage().arrayBuffers
    const opened = openHelmRelease(bomb, 8_000_000)
    expect(opened).toEqual({ ok: false, reason: { code: 'helm-large', params: { most: 8_000_000 } } })
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(100_000_000)
  })

  test.each<[string, { object: KubeObject }, RegExp]>([
    [
      'Helm 2',
      { object: { kind: 'ConfigMap', metadata: { labels: { OWNER: 'TILLER' } }, data: { release: 'x' } } },
      /Helm 2 release is protobuf/,
    ],
    ['no base64', inConfigMap('!'), /not base64/],
    [
      'no base64 in a Secret',
      { object: { kind: 'Secret', type: 'helm.sh/release.v1', data: { release: '!' } } },
      /data\.release is not base64/,
    ],
    ['no JSON', inSecret(pack('{')), /not JSON/],
    ['no object', inSecret(pack('[]')), /not a JSON object/],
    ['empty gzip', inConfigMap(Buffer.from([0x1f, 0x8b]).toString('base64')), /damaged/],
  ])('%s says why it cannot be read', (_name, value, reason) => {
    const opened = openHelmRelease(value)
    expect(opened === null || opened.ok ? '' : inEnglish([opened.reason])).toMatch(reason)
  })

  test('truncated or with a flipped bit, it is never shown as complete', () => {
    const packed = gzipSync(JSON.stringify(RELEASE))
    for (let at = 2; at < packed.length; at++) {
      expect(openHelmRelease(inConfigMap(packed.subarray(0, at).toString('base64'))), `cut at ${at}`).toMatchObject({ ok: false })
    }
    fc.assert(
      fc.property(fc.integer({ min: 10, max: packed.length - 1 }), fc.integer({ min: 0, max: 7 }), (at, bit) => {
        const flipped = Buffer.from(packed)
        flipped[at] = (flipped[at] ?? 0) ^ (1 << bit)
        const opened = openHelmRelease(inConfigMap(flipped.toString('base64')))
        // A flipped bit may point a back-reference at an equal run elsewhere: then the text is complete, and must be the same.
        if (opened?.ok) expect(opened).toEqual(openHelmRelease(inConfigMap(packed.toString('base64'))))
        else expect(opened).toMatchObject({ ok: false })
      }),
    )
  })

  test('rejects everything else', () => {
    expect(helmStorage(undefined)).toBeNull()
    expect(openHelmRelease({})).toBeNull()
    expect(helmStorage({ kind: 'Secret', type: 'Opaque', data: { release: 'x' } })).toBeNull()
    expect(helmStorage({ kind: 'ConfigMap', metadata: { name: 'web' }, data: { release: 'x' } })).toBeNull()
  })
})
