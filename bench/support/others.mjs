// How long a light request waits while the server does something else.
import { get } from 'node:http'
import { timed } from './report.mjs'

/**
 * How long other requests wait while `work` runs, one after the other: milliseconds of each, ascending. `api` is the URL of a cluster. Rejects where
 * one of them fails.
 */
export async function othersMeanwhile(api, work) {
  const waits = []
  let over = false
  const ask = async () => {
    while (!over) {
      const one = await timed(() => answerOf(api.replace(/\/clusters\/.*/, '/clusters')))
      waits.push(one.ms)
      await new Promise((resolve) => setTimeout(resolve, 3))
    }
  }
  const working = async () => {
    try {
      return await work()
    } finally {
      over = true
    }
  }
  const [result] = await Promise.all([working(), ask()])
  return { result, waits: waits.sort((a, b) => a - b) }
}

/**
 * Asks over a connection of its own, as another browser does: a kept one may be closed as idle by the server in the moment in which it is asked, and that
 * is no fault of either.
 */
function answerOf(url) {
  return new Promise((resolve, reject) => {
    const request = get(url, { agent: false }, (response) => {
      if (response.statusCode !== 200) reject(new Error(`${url} answered ${response.statusCode}`))
      response.resume()
      response.once('end', resolve)
      response.once('error', reject)
    })
    request.once('error', reject)
  })
}
