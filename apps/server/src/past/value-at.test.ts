// Past values of a file that are read together: what is on a damaged page takes no others with it.
import { utf8 } from '@registree/keyspace'
import { expect, it } from 'vitest'
import { beginReading } from '../http/begin-reading.ts'
import { AppError } from '../problem.ts'
import { MemoryV3Source } from '../sources/memory/memory-v3-source.ts'
import type { KeyValue } from '../sources/source.ts'
import { memoryCluster, testCluster } from '../testing/app.ts'
import { valuesAtRevisions } from './value-at.ts'

class DamagedFile extends MemoryV3Source {
  together = 0
  async statesAt(): Promise<(KeyValue | null)[]> {
    this.together++
    throw this.#damaged()
  }
  override async range(...request: Parameters<MemoryV3Source['range']>) {
    if (Buffer.from(request[0].key).toString() === '/damaged') throw this.#damaged()
    return await super.range(...request)
  }
  #damaged() {
    return new AppError('SOURCE_CORRUPT', { code: 'stored-text', params: { text: 'damaged' } })
  }
}

it('reads the others one by one', async () => {
  const source = new DamagedFile()
  const points = ['/a', '/damaged', '/b'].map((key) => ({ key: utf8(key), revision: source.set(utf8(key), utf8(`of ${key}`)) }))
  const deps = {
    clusters: new Map([['test', testCluster('test', memoryCluster(source))]]),
    policyOf: () => ({ reveal: false, decrypt: true, salt: new Uint8Array(32) }),
    now: () => new Date(),
  }
  const request = { params: { cluster: 'test' }, headers: {}, ip: '', raw: { on() {}, once() {} } }
  const reading = beginReading(deps as never, request as never, { raw: { on() {}, once() {}, writableFinished: false } } as never)
  const values = await valuesAtRevisions(reading, points)
  expect(values.map((kv) => kv && Buffer.from(kv.value).toString())).toEqual(['of /a', null, 'of /b'])
  expect(source.together).toBe(1)
})
