// How the built server's process starts: with settings for its memory, which must be there before the process is.
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** The built server in a few files, which start in two thirds of the time that its modules take. */
export const SERVER = fileURLToPath(new URL('../apps/server/program/main.js', import.meta.url))

/**
 * What glibc's malloc is told (mallopt(3)); other C libraries and systems ignore it. By itself it gives each thread an arena of its own and
 * keeps in each what was freed between blocks that are in use. With threads that take turns at values of a megabyte, that is 60 MB of the
 * server's memory. Two arenas are enough for its few threads. Blocks of 128 KB and more go back to the system when they are freed: without a
 * fixed threshold, glibc raises it to the size of the largest block that was freed, and keeps those too.
 * The Dockerfile has the same.
 */
const ALLOCATOR = { MALLOC_ARENA_MAX: '2', MALLOC_TRIM_THRESHOLD_: '131072', MALLOC_MMAP_THRESHOLD_: '131072' }

/**
 * What V8 is told: new objects have at most 4 MB in each half of their space instead of 16. Pages of keys and rows are garbage soon after they
 * were sent, and a larger space only holds more of it: of the process, 30 MB for a comparison and 70 MB for a table of 10,000 pods, which takes 4 %
 * more of the processor.
 */
const NEW_SPACE = '--max-semi-space-size=4'

/** The environment to start the server with. What the user has set wins, also when it is set by the newer variable. */
export function serverEnvironment(env = process.env) {
  const allocator = env.GLIBC_TUNABLES?.includes('glibc.malloc.') ? {} : ALLOCATOR
  // Of two options, V8 takes the last.
  return { ...allocator, ...env, NODE_OPTIONS: `${NEW_SPACE} ${env.NODE_OPTIONS ?? ''}`.trim() }
}

/** Turns this process into the server. glibc reads its settings only when a process starts, so that this takes a new one. */
export function becomeServer(args) {
  const started = [SERVER, ...args]
  const env = serverEnvironment()
  // Node 22.15 and newer: the same process, so that nothing has to be forwarded.
  if (process.platform === 'linux' && process.execve !== undefined) process.execve(process.execPath, [process.execPath, ...started], env)
  // The channel carries nothing: where it breaks, this process is gone, and the server stops.
  const child = spawn(process.execPath, started, { stdio: ['inherit', 'inherit', 'inherit', 'ipc'], env })
  let stopping = false
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      stopping = true
      child.kill(signal)
    })
  }
  child.once('error', (error) => {
    process.stderr.write(`registree: the server cannot be started: ${error.message}\n`)
    process.exitCode = 1
  })
  child.once('exit', (code, signal) => {
    // Ctrl-C reaches the server from the terminal and from here, and a second signal makes it end at once, with another code.
    process.exitCode = stopping ? 0 : (code ?? 1)
    if (signal !== null && !stopping) process.stderr.write(`registree: the server was ended by ${signal}\n`)
  })
}
