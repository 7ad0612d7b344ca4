// What reading adds to an object.
import { describe, expect, it } from 'vitest'
import type { KubeObject } from '../value/value.ts'
import { asServed } from './as-served.ts'

const bare = (entries: KubeObject): KubeObject => Object.assign(Object.create(null) as KubeObject, entries)

describe('asServed', () => {
  it.each([
    ['plain objects', (entries: KubeObject) => entries],
    ['objects without a prototype, as masking makes them', bare],
  ])('adds the resourceVersion to %s', (_, make) => {
    const stored = make({ apiVersion: 'v1', kind: 'Pod', metadata: make({ name: 'x' }) })
    const served = asServed(stored, '1227')
    expect(served.object.metadata).toEqual({ name: 'x', resourceVersion: '1227' })
    expect(served.added).toEqual(['.metadata.resourceVersion'])
    expect(stored.metadata).toEqual(make({ name: 'x' }))
  })

  it('types the volume claim templates of a StatefulSet', () => {
    const stored = bare({
      apiVersion: 'apps/v1',
      kind: 'StatefulSet',
      metadata: bare({}),
      spec: bare({ volumeClaimTemplates: [bare({})] }),
    })
    expect(asServed(stored, '1').object.spec).toEqual({ volumeClaimTemplates: [{ apiVersion: 'v1', kind: 'PersistentVolumeClaim' }] })
  })
})
