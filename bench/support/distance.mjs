// A proxy that makes an etcd seem far away: `node bench/support/distance.mjs ENDPOINT MILLISECONDS` prints its own endpoint. It is a process of its
// own, so that neither it nor the benchmark waits for the other's work.
import { connect, createServer } from 'node:net'

const [endpoint = '', milliseconds = ''] = process.argv.slice(2)
const { hostname, port } = new URL(endpoint)
/** Each way takes half of the round trip. */
const delay = Number(milliseconds) / 2

/** Every piece arrives as much later as it was sent, in order; none waits for another's answer. */
function later(from, to) {
  const pieces = []
  let timer = null
  const send = () => {
    timer = null
    for (; pieces.length > 0 && pieces[0].at <= performance.now(); pieces.shift()) {
      const { bytes } = pieces[0]
      if (bytes === null) to.end()
      else to.write(bytes)
    }
    if (pieces.length > 0) timer = setTimeout(send, pieces[0].at - performance.now())
  }
  const add = (bytes) => {
    pieces.push({ at: performance.now() + delay, bytes })
    timer ??= setTimeout(send, delay)
  }
  from.on('data', add)
  from.on('end', () => add(null))
  from.on('error', () => to.destroy())
  to.on('close', () => clearTimeout(timer))
}

const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
  const etcd = connect({ host: hostname, port: Number(port), allowHalfOpen: true, noDelay: true })
  later(client, etcd)
  later(etcd, client)
})
server.listen(0, '127.0.0.1', () => process.stdout.write(`http://127.0.0.1:${server.address().port}\n`))
