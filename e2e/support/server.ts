// Starts the built server as a user would, and stops it.
import { type ChildProcess, spawn } from 'node:child_process'
import { SERVER, serverEnvironment } from '../../scripts/server-process.mjs'

export type Running = { url: string; stop: () => Promise<void> }

/** How long it waits for an etcd: on a busy machine, a new one may need more than the defaults. */
const PATIENCE = { 'command-timeout': '60s', 'dial-timeout': '20s' }
/** The same for an etcd of a file of clusters, as further settings in braces. */
export const PATIENT = Object.entries(PATIENCE)
  .map(([name, time]) => `${name}: ${time}`)
  .join(', ')

/** Starts it on a free port (with the demo cluster unless `args` name another) and waits for the address that it prints. */
export async function startServer(args: readonly string[] = []): Promise<Running> {
  const patient = args.includes('--endpoints') ? Object.entries(PATIENCE).map(([name, time]) => `--${name}=${time}`) : []
  const child = spawn(process.execPath, [SERVER, '--port', '0', ...patient, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: serverEnvironment(),
  })
  const url = await new Promise<string>((resolve, reject) => {
    let said = ''
    const hear = (chunk: Buffer) => {
      said += chunk.toString()
      const found = /http:\/\/127\.0\.0\.1:\d+/.exec(said)
      if (found) resolve(found[0])
    }
    child.stdout.on('data', hear)
    child.stderr.on('data', hear)
    child.on('error', reject)
    child.on('exit', (code) =>
      reject(new Error(`The server ended with code ${code} before it was ready. Is it built (npm run build)? It said:\n${said}`)),
    )
  })
  return { url, stop: () => stopProcess(child) }
}

export async function stopProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => resolve())
  })
  child.kill('SIGTERM')
  const timer = setTimeout(() => child.kill('SIGKILL'), 5000)
  await ended
  clearTimeout(timer)
}
