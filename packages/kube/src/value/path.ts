// Formats positions in a value like kubectl's JSONPath.
import type { KubePath } from './value.ts'

const PLAIN = /^[A-Za-z_$][A-Za-z0-9_$-]*$/

/** One step into a list (number) or an object (string): `[0]`, `.spec`, `['a/b']`. */
export function pathStep(step: string | number): KubePath {
  if (typeof step === 'number') return `[${step}]`
  return PLAIN.test(step) ? `.${step}` : `['${step.replace(/\\/g, '\\\\').replace(/'/g, "\\'")}']`
}

/** `['spec', 'containers', 0, 'image']` → `.spec.containers[0].image`. */
export function formatPath(steps: readonly (string | number)[]): KubePath {
  let text = ''
  for (const step of steps) text += pathStep(step)
  return text
}

/** After a list's path: only its length. */
export const COUNT_STEP = '[#]'

/**
 * Parses a field path: `.spec.containers[*].name`, `metadata.labels['app.kubernetes.io/name']`. `[*]` and indexes may be omitted; `[#]` is a step of
 * its own. Returns `undefined` for an unclosed bracket or quote.
 */
export function parseFieldPath(path: string): string[] | undefined {
  const steps: string[] = []
  let i = 0
  while (i < path.length) {
    const c = path[i]
    if (c === '.') {
      i += 1
    } else if (c === '[') {
      const quote = path[i + 1]
      if (quote === "'" || quote === '"') {
        let text = ''
        i += 2
        while (i < path.length && path[i] !== quote) {
          if (path[i] === '\\') i += 1
          text += path[i] ?? ''
          i += 1
        }
        if (path[i] !== quote || path[i + 1] !== ']') return undefined
        steps.push(text)
        i += 2
      } else {
        const close = path.indexOf(']', i)
        if (close < 0) return undefined
        if (path.slice(i, close + 1) === COUNT_STEP) steps.push(COUNT_STEP)
        i = close + 1
      }
    } else {
      let end = i
      while (end < path.length && path[end] !== '.' && path[end] !== '[') end += 1
      steps.push(path.slice(i, end))
      i = end
    }
  }
  return steps
}
