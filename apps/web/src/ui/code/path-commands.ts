// Writes a field's path for kubectl and jq, each as the words of a command line.
import type { Path } from './line-path.ts'
import { shellWordOf } from './shell-word.ts'

/** Characters that end a name in kubectl's JSONPath (client-go, util/jsonpath/parser.go, `isTerminator`). */
const ENDS_A_NAME = /[ \t\r\n.,[\]$@{}]/g
const JQ_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/

/**
 * kubectl's JSONPath of a field: `{.data.app\.properties}`. A dot splits the name even in brackets and quotes, so it is escaped. Null for names that
 * the grammar cannot express: it drops every backslash, and does not accept an empty name.
 */
export function jsonPath(path: Path): string | null {
  let out = ''
  for (const step of path) {
    if (typeof step === 'number') out += `[${step}]`
    else if (step === '' || step.includes('\\')) return null
    else out += `.${step === '*' ? '\\*' : step.replace(ENDS_A_NAME, '\\$&')}`
  }
  return `{${out}}`
}

/** jq's filter for a field: `.data["app.properties"]`. */
function jqPath(path: Path): string {
  let out = ''
  for (const step of path) {
    if (typeof step === 'number') out += `[${step}]`
    else out += JQ_NAME.test(step) ? `.${step}` : `[${JSON.stringify(step)}]`
  }
  return out.startsWith('.') ? out : `.${out}`
}

/** `-o jsonpath='{.spec.nodeName}'`; null if kubectl cannot name the field, or no argument can. */
export function kubectlOption(path: Path): string | null {
  const expression = jsonPath(path)
  const word = expression === null ? null : shellWordOf(expression)
  return word === null ? null : `-o jsonpath=${word}`
}

/**
 * The ways to name a field on a command line, in display order.
 * @param kubernetes whether the text is an object as the API serves it, so that kubectl finds the same field
 */
export function pathCommands(path: Path, kubernetes: boolean): { id: 'kubectl' | 'jq'; text: string }[] {
  const option = kubernetes ? kubectlOption(path) : null
  return [...(option === null ? [] : [{ id: 'kubectl' as const, text: option }]), { id: 'jq', text: jqCommand(path) }]
}

/** `jq -r '.spec.nodeName'`. */
export function jqCommand(path: Path): string {
  // JSON escapes every control character, so the word never contains NUL.
  return `jq -r ${shellWordOf(jqPath(path)) ?? ''}`
}
