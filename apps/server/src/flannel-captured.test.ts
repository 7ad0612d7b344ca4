// flannel's page over data of real programs: a member's data directory, a live etcd with both keyspaces, and Nodes as the API server stores them.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { FlannelAnswer, FlannelNews } from '@registree/contract'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openEtcd } from './sources/etcd/open-etcd.ts'
import { hasEtcd, startEtcd, type TestEtcd } from './sources/testing/etcd.ts'
import { sharedFile } from './sources/testing/fixtures.ts'
import { get, testApp } from './testing/app.ts'
import { openFile } from './testing/open-file.ts'

const dataDir = sharedFile('fixtures/kube-1.20/datadir-infra1.tgz')
const snapshot = sharedFile('fixtures/kube-1.20/after.db')
const recursive = sharedFile('fixtures/kube-1.20/v2-recursive.json')
const live = hasEtcd()
if (!live) process.stderr.write('skipping flannel on a live etcd: etcd and etcdctl are not in PATH\n')

const LEASES = [
  ['172.30.36.0/24', '172.20.0.115'],
  ['172.30.77.0/24', '172.20.0.114'],
  ['172.30.83.0/24', '172.20.0.113'],
]
const held = (answer: FlannelAnswer) => answer.networks[0]?.leases.map(({ v4, node }) => [v4, node?.name])
/** Answers for a user of an etcd with authentication. */
async function readAs(etcd: TestEtcd, user: string, path = 'flannel') {
  const credentials = { user, password: 'pw' }
  const opened = openEtcd({ endpoints: [etcd.endpoint], tls: null, credentials, kubernetesPrefix: '/registry' })
  const app = await testApp(opened)
  const { status, raw } = await get(app, path)
  await app.close()
  await opened.close()
  const text = raw.toString()
  // One answer, or the first of many lines.
  const answer: FlannelAnswer & Record<string, unknown> = JSON.parse(text.split('\n')[0] ?? '')
  return { status, text, answer }
}
const findingsOf = (answer: FlannelAnswer, node: string) =>
  answer.networks[0]?.findings.filter(({ title }) => title.text.includes(node)).map(({ id }) => id)

describe.skipIf(dataDir === null)('the data directory of infra1', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'registree-flannel-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it('shows the three leases, and that 172.20.0.115 is silent', async () => {
    execFileSync('tar', ['-xzf', dataDir as string, '-C', folder])
    const root = readdirSync(folder)[0] as string
    const opened = await openFile(readdirSync(folder).includes('member') ? folder : path.join(folder, root))
    const app = await testApp(opened)
    const answer = (await get(app, 'flannel')).json<FlannelAnswer & Record<string, unknown>>()
    expect(held(answer)).toEqual(LEASES)
    expect(answer.token).toBeNull()
    expect(findingsOf(answer, '172.20.0.115')).toEqual(['lease-of-silent-node'])
    expect((await get(app, 'events?flannel=')).status).toBe(204)
    await app.close()
    await opened.close()
  })
})

interface V2Stored {
  key?: string
  value?: string
  nodes?: V2Stored[]
  ttl?: number
}

describe.skipIf(!live || snapshot === null || recursive === null)(
  'a live etcd with the captured cluster, its v2 keyspace written by HTTP',
  () => {
    it('shows the three leases counting down, the findings of 172.20.0.115, and says what changes', async () => {
      const etcd = await startEtcd({ snapshot: snapshot as string })
      const write = async ({ key, value, nodes, ttl }: V2Stored): Promise<void> => {
        for (const node of nodes ?? []) await write(node)
        if (key?.startsWith('/kube-centos/') !== true || value === undefined) return
        const form = new URLSearchParams({ value, ...(ttl === undefined ? {} : { ttl: String(ttl) }) })
        await fetch(`${etcd.endpoint}/v2/keys${key}`, { method: 'PUT', body: form })
      }
      await write((JSON.parse(readFileSync(recursive as string, 'utf8')) as { node: V2Stored }).node)
      const opened = openEtcd({ endpoints: [etcd.endpoint], tls: null, credentials: null, kubernetesPrefix: '/registry' })
      const app = await testApp(opened)
      const answer = (await get(app, 'flannel')).json<FlannelAnswer & Record<string, unknown>>()
      expect(held(answer)).toEqual(LEASES)
      expect(answer.networks[0]?.leases.every(({ expiration }) => expiration !== null)).toBe(true)
      expect(findingsOf(answer, '172.20.0.115')).toEqual(['lease-of-silent-node'])

      const address = await app.listen({ port: 0, host: '127.0.0.1' })
      const leaving = new AbortController()
      const stream = await fetch(`${address}/api/v1/clusters/test/events?flannel=${answer.token}`, { signal: leaving.signal })
      expect(stream.headers.get('content-type')).toContain('text/event-stream')
      const heard: FlannelNews[] = []
      // The page stays until it leaves: to stop listening would close its connection.
      const listening = (async () => {
        let rest = ''
        for await (const chunk of stream.body as unknown as AsyncIterable<Uint8Array>) {
          const blocks = (rest + Buffer.from(chunk).toString()).split('\n\n')
          rest = blocks.pop() ?? ''
          for (const block of blocks) {
            const data = /^event: flannel\ndata: (.*)$/m.exec(block)?.[1]
            if (data !== undefined) heard.push(JSON.parse(data) as FlannelNews)
          }
        }
      })().catch((error: Error) => error.name)
      await expect.poll(() => heard.some(({ touch }) => touch?.following)).toBe(true)
      await fetch(`${etcd.endpoint}/v2/keys/kube-centos/network/subnets/172.30.36.0-24`, { method: 'DELETE' })
      await expect.poll(() => heard.some(({ log }) => log?.some(({ kind }) => kind === 'removed'))).toBe(true)
      const watchers = async () => ((await (await fetch(`${etcd.endpoint}/v2/stats/store`)).json()) as { watchers: number }).watchers
      // A watch is asked for again after each change.
      await expect.poll(watchers).toBe(2)
      leaving.abort()
      expect(await listening).toBe('AbortError')
      // A page that leaves keeps no watch in etcd.
      while ((await watchers()) > 0) await new Promise((resolve) => setTimeout(resolve, 20))
      expect(heard.flatMap(({ log }) => log ?? []).map(({ kind, subject, holder }) => [kind, subject, holder])).toEqual([
        ['removed', '172.30.36.0/24', '172.20.0.115'],
      ])
      expect(heard.some(({ reload }) => reload)).toBe(false)
      await app.close()
      await opened.close()
      await etcd.destroy()
    })
  },
)

/** Hand-written protobuf: a length-delimited field, and a varint. */
const field = (number: number, content: Uint8Array | string): Buffer => {
  const bytes = Buffer.from(content as string)
  return Buffer.concat([varint((number << 3) | 2), varint(bytes.length), bytes])
}
const varint = (value: number): Buffer => {
  const bytes: number[] = []
  let left = value
  for (; left > 127; left = Math.floor(left / 128)) bytes.push((left % 128) | 128)
  return Buffer.from([...bytes, left])
}
const message = (...fields: Buffer[]): Buffer => Buffer.concat(fields)
/** `k8s\0`, then runtime.Unknown with type and object (apimachinery pkg/runtime/serializer/protobuf). */
const stored = (kind: string, object: Buffer) =>
  message(Buffer.from('k8s\0'), field(1, message(field(1, 'v1'), field(2, kind))), field(2, object))
const map = (number: number, entries: Record<string, string>) =>
  message(...Object.entries(entries).map(([key, value]) => field(number, message(field(1, key), field(2, value)))))

function storedNode(name: string, ip: string, podCIDR: string, annotations: Record<string, string>): Buffer {
  const heartbeat = message(varint(1 << 3), varint(Math.floor(Date.parse('2026-11-23T11:59:30Z') / 1000)))
  return stored(
    'Node',
    message(
      field(1, message(field(1, name), map(12, annotations))),
      field(2, message(field(1, podCIDR), field(7, podCIDR))),
      field(
        3,
        message(
          field(4, message(field(1, 'Ready'), field(2, 'True'), field(3, heartbeat))),
          field(5, message(field(1, 'InternalIP'), field(2, ip))),
        ),
      ),
    ),
  )
}

describe.skipIf(!live)('the Kubernetes subnet manager, with Nodes as the API server stores them', () => {
  let etcd: TestEtcd
  const put = async (key: string, value: Uint8Array) => {
    const body = { key: Buffer.from(key).toString('base64'), value: Buffer.from(value).toString('base64') }
    const reply = await fetch(`${etcd.endpoint}/v3/kv/put`, { method: 'POST', body: JSON.stringify(body) })
    if (!reply.ok) throw new Error(await reply.text())
  }
  beforeAll(async () => {
    etcd = await startEtcd({ v2: false })
    const of = (n: number, ip = `192.0.2.${n}`) => ({
      'flannel.alpha.coreos.com/kube-subnet-manager': 'true',
      'flannel.alpha.coreos.com/backend-type': 'vxlan',
      'flannel.alpha.coreos.com/public-ip': ip,
      'flannel.alpha.coreos.com/backend-data': `{"VNI":1,"VtepMAC":"7a:2c:d0:7f:48:0${n}"}`,
    })
    await put('/registry/minions/node-1', storedNode('node-1', '192.0.2.1', '10.244.0.0/24', of(1)))
    await put('/registry/minions/node-2', storedNode('node-2', '192.0.2.2', '10.244.1.0/24', of(2)))
    await put('/registry/minions/node-3', storedNode('node-3', '192.0.2.3', '10.245.0.0/24', of(3)))
    await put('/registry/minions/plain', storedNode('plain', '192.0.2.4', '10.244.3.0/24', {}))
    const netConf = '{"Network":"10.244.0.0/16","EnableNFTables":false,"Backend":{"Type":"vxlan"}}'
    const data = map(2, { 'cni-conf.json': '{}', 'net-conf.json': netConf })
    const configMap = message(field(1, message(field(1, 'kube-flannel-cfg'), field(3, 'kube-flannel'))), data)
    await put('/registry/configmaps/kube-flannel/kube-flannel-cfg', stored('ConfigMap', configMap))
  })
  afterAll(() => etcd.destroy())

  it('is one network, with the disagreements', async () => {
    const opened = openEtcd({ endpoints: [etcd.endpoint], tls: null, credentials: null, kubernetesPrefix: '/registry' })
    const app = await testApp(opened)
    const answer = (await get(app, 'flannel')).json<FlannelAnswer & Record<string, unknown>>()
    const [network] = answer.networks
    expect(network).toMatchObject({
      id: 'kubernetes',
      manager: 'kubernetes',
      backendType: 'vxlan',
      configSource: { keyspace: 'v3', key: '/registry/configmaps/kube-flannel/kube-flannel-cfg' },
    })
    expect(network?.leases.map(({ v4, node, publicIP, source }) => [v4, node?.name, publicIP, source.key])).toEqual([
      ['10.244.0.0/24', 'node-1', '192.0.2.1', '/registry/minions/node-1'],
      ['10.244.1.0/24', 'node-2', '192.0.2.2', '/registry/minions/node-2'],
      ['10.245.0.0/24', 'node-3', '192.0.2.3', '/registry/minions/node-3'],
    ])
    expect(network?.leases[0]?.backendData).toContainEqual({ label: 'VtepMAC', value: '7a:2c:d0:7f:48:01' })
    expect(network?.findings.map(({ id, title }) => [id, title.text])).toEqual([
      ['node-without-lease', 'Node plain has no subnet lease'],
      ['lease-outside-network', 'The lease 10.245.0.0/24 is outside the network 10.244.0.0/16'],
    ])
    expect(network?.plans[0]).toMatchObject({ used: '2', strays: 1, next: [] })
    await app.close()
    await opened.close()
  })

  describe('for users who may read only a part', () => {
    const grants: Record<string, string[]> = {
      kubernetes: ['/registry/'],
      nodes: ['/registry/minions/', '/registry/pods/'],
      flannel: ['/coreos.com/network/'],
      neither: ['/shared/'],
    }
    beforeAll(async () => {
      const { ctl } = etcd
      await ctl(['put', '/coreos.com/network/config', '{"Network":"10.5.0.0/16"}'])
      for (const [user, prefixes] of Object.entries(grants)) {
        await ctl(['user', 'add', `${user}:pw`])
        await ctl(['role', 'add', user])
        for (const prefix of prefixes) await ctl(['role', 'grant-permission', user, 'read', prefix, '--prefix'])
        await ctl(['user', 'grant-role', user, user])
      }
      await ctl(['user', 'add', 'root:pw'])
      await ctl(['user', 'grant-role', 'root', 'root'])
      await ctl(['auth', 'enable'])
    })
    const answerFor = (user: string, path?: string) => readAs(etcd, user, path)
    const unread = (answer: FlannelAnswer) =>
      answer.notices.map(({ severity, sentences: [says] }) => [severity, says?.code, says?.params.what, says?.params.root])

    it('shows what Kubernetes stores to a user who may read only Kubernetes', async () => {
      const { status, answer } = await answerFor('kubernetes')
      expect(status).toBe(200)
      expect(answer.networks.map(({ id, leases }) => [id, leases.length])).toEqual([['kubernetes', 3]])
      expect(unread(answer)).toEqual([['info', 'not-readable', [], '/registry/']])
      expect(answer.looked.map(({ text }) => text)).toContain('v3 /coreos.com/network: this user may not read it')
    })

    it('calls no address free or unknown if flannel may store it in keys that the user may not read', async () => {
      const asked = async (user: string, q: string) => (await answerFor(user, `lookup?q=${q}`)).answer
      expect(await asked('root', '10.5.7.7')).toMatchObject({ verdict: 'free' })
      expect(await asked('root', '198.51.100.1')).toMatchObject({ verdict: 'outside' })
      for (const q of ['10.5.7.7', '198.51.100.1']) {
        const answer = await asked('kubernetes', q)
        expect(answer).toMatchObject({ verdict: 'unknown' })
        expect(answer.notices).toMatchObject([{ sentences: [{ code: 'not-readable', params: { what: [], root: '/registry/' } }] }])
      }
    })

    it('notes on a node’s page that flannel’s own keys may not be read', async () => {
      const { text } = await answerFor('kubernetes', 'v3/related?key=/registry/minions/plain')
      const lines = text
        .trim()
        .split('\n')
        .map((line): unknown => JSON.parse(line))
      const notes = lines.flatMap((line) => (line as { notes?: { severity: string; text: string }[] }).notes ?? [])
      const note = notes.find(({ text }) => text.includes('flannel’s leases in the v3 keyspace could not be read'))
      expect(note).toMatchObject({ severity: 'info', sentences: [{ code: 'leases-unread', params: { keyspace: 'v3' } }] })
    })

    it('shows nodes and pods to a user who may read only those, and calls no node silent', async () => {
      const { status, answer } = await answerFor('nodes')
      expect(status).toBe(200)
      expect(answer.networks.map(({ id, leases }) => [id, leases.length])).toEqual([['kubernetes', 3]])
      expect(unread(answer)).toMatchObject([
        ['info', 'not-readable', expect.arrayContaining(['node heartbeats', 'Services']), '/registry/'],
      ])
      expect(answer.networks[0]?.findings.map(({ id }) => id)).not.toContain('lease-of-silent-node')
    })

    it('shows flannel’s own directory to a user who may read only that', async () => {
      const { status, answer } = await answerFor('flannel')
      expect(status).toBe(200)
      expect(answer.networks.map(({ id }) => id)).toEqual(['v3:/coreos.com/network'])
      expect(unread(answer)).toMatchObject([['info', 'not-readable', expect.arrayContaining(['nodes', 'pods']), '/registry/']])
    })

    it('tells a user who may read neither what may be read', async () => {
      const { status, answer } = await answerFor('neither')
      expect([status, answer]).toMatchObject([502, { code: 'SOURCE_FORBIDDEN', readable: [{ kind: 'prefix', key: '/shared/' }] }])
    })
  })
})

describe.skipIf(!live)('a user of the v2 keyspace who may read only a part', () => {
  it('sees flannel’s directory, with a note about the rest; a user who may read nothing is told so', async () => {
    const etcd = await startEtcd()
    const put = async (path: string, body: string | object, user?: string) => {
      const headers = {
        'content-type': typeof body === 'string' ? 'application/x-www-form-urlencoded' : 'application/json',
        ...(user === undefined ? {} : { authorization: `Basic ${btoa(`${user}:pw`)}` }),
      }
      const reply = await fetch(`${etcd.endpoint}/v2/${path}`, {
        method: 'PUT',
        headers,
        body: typeof body === 'string' ? body : JSON.stringify(body),
      })
      if (!reply.ok) throw new Error(`${path}: ${await reply.text()}`)
    }
    const answerFor = (user: string) => readAs(etcd, user)
    try {
      await put('keys/coreos.com/network/config', `value=${encodeURIComponent('{"Network":"10.5.0.0/16"}')}`)
      await put('keys/other', 'value=x')
      await put('auth/users/root', { user: 'root', password: 'pw' })
      const grants = { flannel: ['/coreos.com/network', '/coreos.com/network/*'], nothing: ['/none'] }
      for (const [user, read] of Object.entries(grants)) {
        await put(`auth/roles/${user}`, { role: user, permissions: { kv: { read, write: [] } } })
        await put(`auth/users/${user}`, { user, password: 'pw', roles: [user] })
      }
      await put('auth/enable', '', 'root')

      const { status, answer } = await answerFor('flannel')
      expect(status).toBe(200)
      expect(answer.networks.map(({ id }) => id)).toEqual(['v2:/coreos.com/network'])
      expect(answer.notices).toMatchObject([{ severity: 'info', sentences: [{ code: 'not-readable', params: { what: ['v2 /'] } }] }])
      const refused = await answerFor('nothing')
      const what = ['v2 /coreos.com/network', 'v2 /']
      expect([refused.status, refused.answer.networks]).toEqual([200, []])
      expect(refused.answer.notices).toMatchObject([{ severity: 'info', sentences: [{ code: 'not-readable', params: { what } }] }])
    } finally {
      await etcd.destroy()
    }
  })
})
