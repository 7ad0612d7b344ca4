// One server for several tests of a file: each gets an etcd of its own, which is a cluster of that server.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Running, startServer } from './server.ts'

/** Clusters of one server. When they are used up, the next test gets another server. */
const CLUSTERS = 4

type Cluster<E> = {
  etcd: E
  /** The address of its front page. */
  url: string
}

export type SharedServer<E> = {
  /** A cluster that no test had. Whoever takes it stops its etcd, and does not stop the server. */
  next: () => Promise<Cluster<E>>
  /** Stops the server, and the etcds that nobody took. */
  stop: () => Promise<void>
}

/** A server costs more processor time than most tests of a live etcd, and an etcd costs little. */
export function shareServer<E extends { endpoint: string }>(
  start: () => Promise<E>,
  stopEtcd: (etcd: E) => Promise<unknown>,
): SharedServer<E> {
  let server: Running | null = null
  let directory = ''
  const free: Cluster<E>[] = []
  const stop = async () => {
    await server?.stop()
    server = null
    await Promise.all(free.splice(0).map(({ etcd }) => stopEtcd(etcd)))
    if (directory !== '') await rm(directory, { recursive: true })
    directory = ''
  }
  const open = async () => {
    const begun = await Promise.allSettled(Array.from({ length: CLUSTERS }, start))
    const etcds = begun.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
    // Whoever stops this stops them too, if something fails from here on.
    free.push(...etcds.map((etcd) => ({ etcd, url: '' })))
    for (const one of begun) if (one.status === 'rejected') throw one.reason
    directory = await mkdtemp(join(tmpdir(), 'registree-e2e-'))
    const config = join(directory, 'clusters.yaml')
    const clusters = etcds.map(({ endpoint }, i) => `  - {name: live-${i}, endpoints: ['${endpoint}']}`)
    await writeFile(config, `clusters:\n${clusters.join('\n')}\n`)
    const started = await startServer(['--config', config])
    server = started
    for (const [i, one] of free.entries()) one.url = `${started.url}/live-${i}`
  }
  return {
    next: async () => {
      if (free.length === 0) {
        await stop()
        await open()
      }
      return free.shift() as Cluster<E>
    },
    stop,
  }
}
