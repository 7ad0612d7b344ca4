// A proxy address that can be switched from one etcd to another, as a load balancer or a DNS name can.
import { connect, createServer, type Socket } from 'node:net'

export interface Door {
  /** `http://` and a free local port. */
  endpoint: string
  /** Closes all connections, and sends later ones to another etcd. */
  leadTo(endpoint: string): void
  /** Lets so many more bytes of answers through, and holds back the rest until the function that it returns is called. */
  holdAfter(bytes: number): () => void
  /** Once the next answer of 1,000 bytes or more has begun, nothing that its client says gets through until the function that it returns is called. */
  muteInAnswer(): () => void
  close(): Promise<void>
}

/** A piece of fewer bytes may be about the connection itself. */
const ANSWER_BYTES = 1000

export async function openDoor(endpoint: string): Promise<Door> {
  let port = Number(new URL(endpoint).port)
  const open = new Set<Socket>()
  let left = Number.POSITIVE_INFINITY
  let held: (() => void)[] = []
  let mutes = false
  let muted: (() => void)[] = []
  const endAll = () => {
    for (const socket of open) socket.destroy()
  }
  const server = createServer((socket) => {
    const upstream = connect(port, '127.0.0.1')
    const end = () => {
      open.delete(socket)
      socket.destroy()
      upstream.destroy()
    }
    open.add(socket)
    for (const one of [socket, upstream]) one.on('error', end).on('close', end)
    socket.pipe(upstream)
    upstream.on('data', (bytes: Buffer) => {
      if (mutes && bytes.length >= ANSWER_BYTES) {
        mutes = false
        socket.unpipe(upstream)
        muted.push(() => socket.pipe(upstream))
      }
      left -= bytes.length
      if (left > 0) return void socket.write(bytes)
      upstream.pause()
      held.push(() => {
        socket.write(bytes)
        upstream.resume()
      })
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    endpoint: `http://127.0.0.1:${(server.address() as { port: number }).port}`,
    leadTo: (other) => {
      port = Number(new URL(other).port)
      endAll()
    },
    holdAfter: (bytes) => {
      left = bytes
      return () => {
        left = Number.POSITIVE_INFINITY
        for (const release of held) release()
        held = []
      }
    },
    muteInAnswer: () => {
      mutes = true
      return () => {
        mutes = false
        for (const release of muted) release()
        muted = []
      }
    },
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve))
      endAll()
      await closed
    },
  }
}
