// Answers like kine where no kine is built: no member id, no leader, no choice of consistency, and a status only in some releases.
// Source: github.com/k3s-io/kine pkg/server (maintenance.go, get.go, types.go) of 0.13 … 0.17.
import { status as Code, Server, ServerCredentials, type ServerDuplexStream, type ServiceDefinition } from '@grpc/grpc-js'
import { WireReader } from '../etcd/wire-reader.ts'

export interface KineStandIn {
  endpoint: string
  /** Number of received calls of each kind. */
  calls: { status: number; range: number; watch: number }
  /** The revision in its answers. */
  revision: bigint
  close(): void
}

/** @param tellsStatus false as on SQLite without `dbstat` */
export async function startKineStandIn({ tellsStatus }: { tellsStatus: boolean }): Promise<KineStandIn> {
  const server = new Server()
  const calls = { status: 0, range: 0, watch: 0 }
  const stand: KineStandIn = { endpoint: '', calls, revision: 7n, close: () => server.forceShutdown() }
  // ResponseHeader { revision = 3 }
  const header = () => field(1, Buffer.concat([Buffer.from([0x18]), varint(stand.revision)]))
  const unary = {
    Status: '/etcdserverpb.Maintenance/Status',
    Range: '/etcdserverpb.KV/Range',
    MemberList: '/etcdserverpb.Cluster/MemberList',
  }
  server.addService(
    {
      Watch: method('/etcdserverpb.Watch/Watch', true),
      ...Object.fromEntries(Object.entries(unary).map(([name, path]) => [name, method(path, false)])),
    },
    {
      Status: (_: unknown, reply: Reply) => {
        calls.status += 1
        if (!tellsStatus) return reply({ code: Code.UNKNOWN, details: 'no such table: dbstat' })
        // StatusResponse { header = 1, version = 2, dbSize = 3 }
        reply(null, Buffer.concat([header(), field(2, Buffer.from('3.6.11')), Buffer.from([0x18]), varint(40_960n)]))
      },
      Range: ({ request }: { request: Buffer }, reply: Reply) => {
        calls.range += 1
        if (isSerializable(request)) return reply({ code: Code.UNIMPLEMENTED, details: 'serializable is not implemented by kine' })
        reply(null, header())
      },
      // MemberListResponse { header = 1, members = 2 { name = 2 } }
      MemberList: (_: unknown, reply: Reply) => reply(null, Buffer.concat([header(), field(2, field(2, Buffer.from('kine')))])),
      Watch: (stream: ServerDuplexStream<Buffer, Buffer>) => {
        calls.watch += 1
        // WatchResponse { header = 1, created = 3 }
        stream.on('data', () => stream.write(Buffer.concat([header(), Buffer.from([0x18, 1])])))
        stream.on('end', () => stream.end())
        stream.on('error', () => {})
      },
    },
  )
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) => (error ? reject(error) : resolve(bound))),
  )
  stand.endpoint = `http://127.0.0.1:${port}`
  return stand
}

type Reply = (error: { code: number; details: string } | null, bytes?: Buffer) => void

const asIs = (bytes: Buffer): Buffer => bytes
const method = (path: string, streams: boolean): ServiceDefinition[string] => ({
  path,
  requestStream: streams,
  responseStream: streams,
  requestSerialize: asIs,
  requestDeserialize: asIs,
  responseSerialize: asIs,
  responseDeserialize: asIs,
})

function isSerializable(request: Buffer): boolean {
  const reader = new WireReader(request)
  while (reader.at < request.length)
    if (reader.tag() === 0x38) return reader.number() === 1n
    else reader.skip()
  return false
}

const field = (number: number, bytes: Buffer): Buffer =>
  Buffer.concat([Buffer.from([(number << 3) | 2]), varint(BigInt(bytes.length)), bytes])

function varint(value: bigint): Buffer {
  const bytes: number[] = []
  for (; value > 127n; value >>= 7n) bytes.push(Number(value & 127n) | 128)
  return Buffer.from([...bytes, Number(value)])
}
