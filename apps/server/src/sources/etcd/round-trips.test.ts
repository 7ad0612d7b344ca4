// A mebibyte of values takes one round trip to a real etcd, however far away that is.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { OpenedCluster } from '../source.ts'
import { type Door, openDoor } from '../testing/door.ts'
import { hasEtcd, startEtcd, type TestEtcd } from '../testing/etcd.ts'
import { openEtcd } from './open-etcd.ts'

describe.skipIf(!hasEtcd())('an etcd far away', () => {
  let etcd: TestEtcd
  let door: Door
  let cluster: OpenedCluster
  const size = 340_000

  beforeAll(async () => {
    etcd = await startEtcd()
    door = await openDoor(etcd.endpoint)
    cluster = openEtcd({ endpoints: [door.endpoint], tls: null, credentials: null, kubernetesPrefix: '/registry' })
    for (const key of ['a/1', 'a/2', 'a/3']) await etcd.ctl(['put', key], { input: 'x'.repeat(size) })
  })
  afterAll(async () => {
    await cluster.close()
    await door.close()
    await etcd.destroy()
  })

  it('sends a mebibyte of values without being told to go on', async () => {
    // Connects, and agrees on the window.
    await cluster.v3.range({ key: Buffer.from('b'), end: null, revision: 0n, limit: 1 })
    const unmute = door.muteInAnswer()
    const { kvs } = await cluster.v3.range({ key: Buffer.from('a/'), end: Buffer.from('a0'), revision: 0n, limit: 3 })
    unmute()
    expect(kvs.map(({ value }) => value.length)).toEqual([size, size, size])
    // They stayed in the buffer of the answer.
    expect(kvs[0]?.value.buffer.byteLength).toBeGreaterThan(3 * size)
  })
})
