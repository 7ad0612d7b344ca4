// Who holds the addresses of a range: the bitmap and the Services of the same revision, and the message if Services cannot be read.
import { type AllocationAnswer, AllocationAnswer as AllocationSchema, allocationEntry } from '@registree/contract'
import { utf8 } from '@registree/keyspace'
import { Check } from 'typebox/value'
import { describe, expect, it } from 'vitest'
import { AppError } from '../problem.ts'
import { MemoryV3Source } from '../sources/memory/memory-v3-source.ts'
import { get, memoryCluster, testApp } from '../testing/app.ts'
import { field, metadata, storedProtobuf } from '../testing/protobuf.ts'

const json = (value: unknown) => utf8(JSON.stringify(value))
const range = (text: string, data: number[]) =>
  json({ apiVersion: 'v1', kind: 'RangeAllocation', metadata: {}, range: text, data: Buffer.from(data).toString('base64') })
const service = (name: string, spec: object) => json({ apiVersion: 'v1', kind: 'Service', metadata: { namespace: 'shop', name }, spec })

/** Offsets 0, 1 and 5 of the addresses, 0 of the ports. */
function cluster(): MemoryV3Source {
  const v3 = new MemoryV3Source()
  v3.set(utf8('/registry/ranges/serviceips'), range('10.0.0.0/24', [0b100011]))
  v3.set(utf8('/registry/ranges/servicenodeports'), range('30000-32767', [1]))
  v3.set(utf8('/registry/services/specs/shop/a'), service('a', { clusterIP: '10.0.0.1', clusterIPs: ['10.0.0.1', 'fd00::1'] }))
  v3.set(utf8('/registry/services/specs/shop/b'), service('b', { clusterIP: '10.0.0.1', ports: [{ port: 80, nodePort: 30000 }] }))
  v3.set(utf8('/registry/services/specs/shop/c'), service('c', { clusterIP: '10.0.0.9' }))
  return v3
}
const read = async (v3: MemoryV3Source, query: string) => {
  const app = await testApp(memoryCluster(v3))
  const answer = await get(app, `v3/allocation?${query}`)
  await app.close()
  return answer
}

describe('an allocation', () => {
  it('names who holds what, what leaks and what is missing', async () => {
    const answer = (await read(cluster(), 'key=/registry/ranges/serviceips')).json<AllocationAnswer>()
    expect(Check(AllocationSchema, answer)).toBe(true)
    expect(answer).toMatchObject({
      range: '10.0.0.0/24',
      total: '254',
      used: '3',
      free: '251',
      counts: { held: 1, leaked: 2, missing: 1, shared: 1 },
      services: { read: 3, unreadable: 0, problem: null },
      ipAddresses: false,
      bitmap: Buffer.from([0b100011]).toString('base64'),
    })
    expect(answer.held.map((one) => [allocationEntry(answer, one.offset), one.allocated, one.holders.map(({ key }) => key)])).toEqual([
      ['10.0.0.1', true, ['/registry/services/specs/shop/a', '/registry/services/specs/shop/b']],
      ['10.0.0.9', false, ['/registry/services/specs/shop/c']],
    ])
  })

  it('a large range is not a secret, and is read', async () => {
    const v3 = new MemoryV3Source()
    // A megabyte: too much base64 to search for secrets.
    const bits = Buffer.alloc(1_048_576, 0xff)
    const object = (data: Buffer) => ({ kind: 'RangeAllocation', apiVersion: 'v1', range: '10.0.0.0/9', data: data.toString('base64') })
    v3.set(utf8('/registry/ranges/serviceips'), utf8(JSON.stringify(object(bits))))
    expect((await read(v3, 'key=/registry/ranges/serviceips')).json()).toMatchObject({ total: '8388606', used: '8388606', free: '0' })
    // Text among the bits is searched too.
    const key = Buffer.from(`-----BEGIN PRIVATE KEY-----\n${'MIIEvQ'.repeat(20)}\n-----END PRIVATE KEY-----\n`)
    v3.set(utf8('/registry/ranges/serviceips'), utf8(JSON.stringify(object(Buffer.concat([bits.subarray(0, 512), key])))))
    const refused = await read(v3, 'key=/registry/ranges/serviceips')
    expect([refused.status, refused.json().detail]).toEqual([400, expect.stringContaining('The bitmap is masked')])
  })

  it('a bitmap that did not decode is not empty', async () => {
    const v3 = new MemoryV3Source()
    const cut = storedProtobuf('v1', 'RangeAllocation', metadata(''), field(2, '10.0.0.0/24'), [26, 120])
    v3.set(utf8('/registry/ranges/serviceips'), cut)
    const refused = await read(v3, 'key=/registry/ranges/serviceips')
    expect([refused.status, refused.json().detail]).toEqual([400, expect.stringContaining('did not decode')])
  })

  it('a Service of which a part did not decode may hold an address', async () => {
    const v3 = cluster()
    v3.set(utf8('/registry/services/specs/shop/b'), storedProtobuf('v1', 'Service', metadata('b', 'shop'), field(2, [26, 120])))
    expect((await read(v3, 'key=/registry/ranges/serviceips')).json()).toMatchObject({
      services: { unreadable: 1, problem: expect.stringContaining('did not decode') },
    })
  })

  it('is read at the requested revision', async () => {
    const v3 = cluster()
    const { revision } = (await read(v3, 'key=/registry/ranges/servicenodeports')).json<AllocationAnswer>()
    v3.set(utf8('/registry/services/specs/shop/b'), service('b', { clusterIP: '10.0.0.1' }))
    const then = await read(v3, `key=/registry/ranges/servicenodeports&rev=${revision}`)
    expect(then.json()).toMatchObject({ counts: { held: 1, leaked: 0 }, held: [{ holders: [{ field: 'nodePort', port: '80' }] }] })
    expect(String(then.headers.etag)).toContain(String(then.headers['registree-epoch']))
    expect((await read(v3, 'key=/registry/ranges/servicenodeports')).json()).toMatchObject({ counts: { held: 0, leaked: 1 } })
  })

  it('reports that Services cannot be read, and still shows the bitmap', async () => {
    const v3 = cluster()
    v3.set(utf8('/registry/services/specs/shop/c'), utf8('k8s:enc:aescbc:v1:key1:0123456789abcdef'))
    expect((await read(v3, 'key=/registry/ranges/serviceips')).json()).toMatchObject({
      services: { read: 2, unreadable: 1, problem: expect.stringMatching(/^Some Services could not be read.*aescbc/) },
    })
    const range = v3.range.bind(v3)
    v3.range = async (request, signal) => {
      if (Buffer.from(request.key).includes('/services/'))
        throw new AppError('SOURCE_TIMEOUT', { code: 'stored-text', params: { text: 'etcd did not answer in time.' } })
      return await range(request, signal)
    }
    const answer = await read(v3, 'key=/registry/ranges/serviceips')
    expect(answer.json()).toMatchObject({
      used: '3',
      counts: { held: 0, leaked: 3 },
      services: { read: 0, problem: 'The Services could not be read: etcd did not answer in time.' },
    })
  })

  it('detects that addresses are also allocated by objects', async () => {
    const v3 = cluster()
    v3.set(utf8('/registry/ipaddresses/10.0.0.1'), json({}))
    expect((await read(v3, 'key=/registry/ranges/serviceips')).json()).toMatchObject({ ipAddresses: true })
  })

  it('refuses other objects, and what a Secret’s key hides', async () => {
    const v3 = cluster()
    v3.set(utf8('/registry/secrets/shop/x'), range('10.0.0.0/24', [1]))
    for (const key of ['/registry/services/specs/shop/a', '/registry/secrets/shop/x'])
      expect([key, (await read(v3, `key=${key}`)).json()]).toEqual([key, expect.objectContaining({ code: 'BAD_REQUEST' })])
    expect((await read(v3, 'key=/registry/ranges/none')).json()).toMatchObject({ code: 'KEY_NOT_FOUND' })
  })
})
