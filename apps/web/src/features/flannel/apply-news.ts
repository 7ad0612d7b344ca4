// Applies news to the shown answer. Unchanged parts stay the same objects, so that they are not redrawn.
import type { FlannelAnswer, FlannelLease, FlannelNetwork, FlannelNews } from '@registree/contract'

/** Compares two tokens of one epoch: more than 0 if `a` is newer; null if they cannot be compared. */
export function compareTokens(a: string | null, b: string | null): number | null {
  const [left, right] = [a, b].map((token) => /^([^.]+)\.(\d+)$/.exec(token ?? ''))
  if (!left || !right || left[1] !== right[1]) return null
  return Number(left[2]) - Number(right[2])
}

/** The answer with the news applied. News that it already contains changes nothing. */
export function applyNews(answer: FlannelAnswer, news: FlannelNews): FlannelAnswer {
  const order = compareTokens(news.token, answer.token)
  const leases = news.leases !== undefined && (order === null || order > 0) ? news.leases : []
  const { verdicts } = news
  if (leases.length === 0 && verdicts === undefined) return answer
  const networks = answer.networks.map((network) => {
    const changed = leases.filter((one) => one.network === network.id)
    const verdict = verdicts?.networks.find((one) => one.network === network.id)
    if (changed.length === 0 && verdict === undefined) return network
    let next: FlannelNetwork = network
    for (const { set, removed } of changed) next = { ...next, leases: applyLeases(next.leases, set, new Set(removed)) }
    if (verdict !== undefined) {
      const { plans, findings, notices } = verdict
      next = { ...next, plans: same(next.plans, plans), findings: same(next.findings, findings), notices: same(next.notices, notices) }
    }
    return next
  })
  return {
    ...answer,
    networks,
    ...(order !== null && order > 0 ? { token: news.token } : {}),
    ...(verdicts === undefined ? {} : { compared: verdicts.compared }),
  }
}

/** Keeps the key order. */
function applyLeases(leases: readonly FlannelLease[], set: readonly FlannelLease[], removed: ReadonlySet<string>): FlannelLease[] {
  const fresh = new Map(set.map((lease) => [lease.source.key, lease]))
  const next: FlannelLease[] = []
  for (const lease of leases) {
    const { key } = lease.source
    const now = fresh.get(key)
    fresh.delete(key)
    if (now !== undefined) next.push(now)
    else if (!removed.has(key)) next.push(lease)
  }
  if (fresh.size === 0) return next
  return [...next, ...fresh.values()].sort((a, b) => (a.source.key < b.source.key ? -1 : 1))
}

/** The old object if both are equal. */
const same = <T>(old: T, fresh: T): T => (JSON.stringify(old) === JSON.stringify(fresh) ? old : fresh)
