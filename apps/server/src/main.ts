#!/usr/bin/env node
// The process: configuration → sources → server → listen, and a clean stop.
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { isIPv6 } from 'node:net'
import { fileURLToPath } from 'node:url'
import './keep-heap-small.ts'
import closeWithGrace from 'close-with-grace'
import { buildApp } from './app.ts'
import { closeClusters, openClusters } from './clusters/open-clusters.ts'
import { type ClusterConfig, HELP, readConfig } from './config/config.ts'
import { ConfigError } from './config/config-error.ts'
import { runInWorkers } from './jobs/run-in-workers.ts'
import { certificateNotices } from './sources/etcd/certificates.ts'
import { outliveRejections, withoutMessage } from './unhandled.ts'

// The same path from src/, dist/ and program/.
const at = (relative: string) => fileURLToPath(new URL(relative, import.meta.url))
const version = (JSON.parse(readFileSync(at('../package.json'), 'utf8')) as { version: string }).version

// A warning that users neither cause nor need: grpc-js names a numeric address, as etcd's often is, in its TLS handshake.
if (process.traceDeprecation !== true) process.noDeprecation = true

/** Notices about a cluster before any connection; its status shows them too. */
function noticesOf(cluster: ClusterConfig): string[] {
  if (cluster.kind !== 'etcd') return []
  const notices = [...cluster.notices, ...certificateNotices(cluster.tls, new Date())]
  return notices.map(({ where, message }) => `${cluster.name}: ${where}: ${message}`)
}

async function main(): Promise<void> {
  const config = readConfig({
    argv: process.argv.slice(2),
    env: process.env,
    cwd: process.cwd(),
    demo: at('../../../demo/cluster'),
  })
  if (config === 'help') return void process.stdout.write(HELP)
  if (config === 'version') return void process.stdout.write(`registree ${version}\n`)

  for (const sentence of [...config.warnings, ...config.clusters.flatMap(noticesOf)]) process.stderr.write(`registree: ${sentence}\n`)
  const jobs = runInWorkers({ encryption: new Map(config.clusters.map(({ name, encryptionConfig }) => [name, encryptionConfig])) })
  const clusters = await openClusters(config.clusters, jobs)
  // There is no sign-in, so everybody has the same policy. A new salt at each start: digests mean nothing outside this process.
  const policy = { reveal: config.revealSecrets, decrypt: true, salt: randomBytes(32) }
  const app = await buildApp({
    clusters,
    policyOf: () => policy,
    now: () => new Date(),
    version,
    host: config.host,
    allowedHosts: config.allowedHosts,
    webRoot: at('../../web/dist'),
    logger: { level: config.logLevel },
  })
  try {
    await app.listen({ host: config.host, port: config.port })
  } catch (error) {
    await closeClusters(clusters)
    const { code, message } = error as NodeJS.ErrnoException
    if (code === 'EADDRINUSE')
      throw new ConfigError(`Port ${config.port} is taken by another program; choose one with --port, or --port 0 for any.`)
    if (code === 'EACCES') throw new ConfigError(`Port ${config.port} needs more rights than this user has; choose one above 1023.`)
    throw new ConfigError(`Registree cannot listen on ${config.host}:${config.port}: ${message}.`)
  }
  outliveRejections(app.log)
  const { close } = closeWithGrace({ delay: 5000, logger: false, skip: ['unhandledRejection'] }, async ({ err }) => {
    if (err) app.log.fatal({ error: withoutMessage(err) }, 'uncaught exception')
    await app.close()
    await closeClusters(clusters)
  })
  // `npm start` may run this as a child; when it is killed, nobody else would stop this process and free its port.
  if (process.connected) process.once('disconnect', () => void close())

  const { port } = app.server.address() as { port: number }
  const only = clusters.size === 1 ? [...clusters.keys()][0] : ''
  process.stdout.write(`Registree is at http://${isIPv6(config.host) ? `[${config.host}]` : config.host}:${port}/${only}\n`)
}

try {
  await main()
} catch (error) {
  if (!(error instanceof ConfigError)) throw error
  process.stderr.write(`registree: ${error.message}\n`)
  process.exitCode = 2
}
