// Runs findings rules over a few invented objects, in the order of a real pass.
import { decodeFields, type FieldSelection } from '../../decode/decode-fields.ts'
import type { Now } from '../../summary/human-duration.ts'
import { resourceAt } from '../../tables/resources.ts'
import { inEnglish } from '../../testing/in-english.ts'
import type { KubeObject } from '../../value/value.ts'
import type { FindingRule } from '../finding-rule.ts'
import { FindingsPass } from '../findings-pass.ts'
import { scanOrder } from '../scan-order.ts'
import type { Finding, SeenObject } from '../types.ts'

/** The moment that ages are relative to. */
export const NOW = Date.parse('2026-11-23T12:00:00Z')

export const ago = (seconds: number): string => new Date(NOW - seconds * 1000).toISOString().replace('.000Z', 'Z')

const utf8 = new TextEncoder()

/**
 * Runs the rules.
 * @param objects by their key after `/registry/` (`pods/shop/web`): the object (a missing apiVersion and kind are filled in), or how an unreadable
 * value is described
 */
export function foundIn(rule: FindingRule, objects: Record<string, KubeObject | Partial<SeenObject>>, now: Now = NOW): Finding[] {
  const pass = new FindingsPass([rule], { now, root: '/registry/' })
  const seen = Object.entries(objects).map(([below, given]): SeenObject => {
    const [first = '', second = ''] = below.split('/')
    const path = first.includes('.') || first === 'services' ? `${first}/${second}` : first
    const rest = below.slice(path.length + 1)
    const slash = rest.indexOf('/')
    const resource = resourceAt(path)
    const unread = 'problem' in given || 'outline' in given || 'version' in given || 'size' in given
    return {
      key: utf8.encode(`/registry/${below}`),
      path,
      resource,
      namespace: slash < 0 ? '' : rest.slice(0, slash),
      name: rest.slice(slash + 1),
      size: 100,
      version: 1n,
      object: unread
        ? undefined
        : asRead({ apiVersion: resource?.versions[0] ?? '', kind: resource?.kind ?? '', ...(given as KubeObject) }, pass.fieldsAt(path)),
      ...(unread ? (given as Partial<SeenObject>) : {}),
    }
  })
  const order = scanOrder([...new Set(seen.map(({ path }) => path))])
  for (const one of [...seen].sort((a, b) => order.indexOf(a.path) - order.indexOf(b.path))) pass.see(one)
  pass.end()
  return pass.take()
}

/** Only the fields that the rule lists, as in a real pass: a rule that reads another one fails its test. */
function asRead(object: KubeObject, fields: FieldSelection): KubeObject | undefined {
  return decodeFields(utf8.encode(JSON.stringify(object)), fields).object
}

/** The parts of findings that tests compare: rule, severity, the key below `/registry/`, and the text. */
export function brief(findings: readonly Finding[]): string[] {
  return findings.map(
    ({ rule, severity, key, says }) =>
      `${severity} ${rule} ${new TextDecoder().decode(key).slice('/registry/'.length)}: ${inEnglish(says)}`,
  )
}
