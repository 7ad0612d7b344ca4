// Loaded before the server of a benchmark: tells for how long at most its thread could not answer anybody since it was last asked.
import { monitorEventLoopDelay } from 'node:perf_hooks'

const delay = monitorEventLoopDelay({ resolution: 5 })
delay.enable()
process.on('message', () => {
  process.send({ longest: Math.max(0, delay.max / 1e6 - 5) })
  delay.reset()
})
process.channel?.unref()
