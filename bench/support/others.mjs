// How long a light request waits while the server does something else.
import { timed } from './report.mjs'

/** How long other requests wait while `work` runs, one after the other: milliseconds of each, ascending. `api` is the URL of a cluster. */
export async function othersMeanwhile(api, work) {
  const waits = []
  let over = false
  const asking = (async () => {
    while (!over) {
      const one = await timed(async () => (await fetch(api.replace(/\/clusters\/.*/, '/clusters'))).arrayBuffer())
      waits.push(one.ms)
      await new Promise((resolve) => setTimeout(resolve, 3))
    }
  })()
  const result = await work()
  over = true
  await asking
  return { result, waits: waits.sort((a, b) => a - b) }
}
