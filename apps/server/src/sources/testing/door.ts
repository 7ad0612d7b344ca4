// A proxy address that can be switched from one etcd to another, as a load balancer or a DNS name can.
import { connect, createServer, type Socket } from 'node:net'

export interface Door {
  /** `http://` and a free local port. */
  endpoint: string
  /** Closes all connections, and sends later ones to another etcd. */
  leadTo(endpoint: string): void
  close(): Promise<void>
}

export async function openDoor(endpoint: string): Promise<Door> {
  let port = Number(new URL(endpoint).port)
  const open = new Set<Socket>()
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
    socket.pipe(upstream).pipe(socket)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    endpoint: `http://127.0.0.1:${(server.address() as { port: number }).port}`,
    leadTo: (other) => {
      port = Number(new URL(other).port)
      endAll()
    },
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve))
      endAll()
      await closed
    },
  }
}
