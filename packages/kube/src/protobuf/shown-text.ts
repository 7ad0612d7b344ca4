// Which text the display of a protobuf object may add to what is in its bytes: for searches that look at the bytes first.
import { DESCRIPTORS } from './descriptors.generated.ts'
import { BYTES, descriptorName, type MessagePlan, messagePlan } from './plan.ts'

/** Values without text in the bytes, the type that reading adds to claim templates, and words of non-finite numbers. */
const ADDED = 'true\nfalse\nnull\nv1\npersistentvolumeclaim\n.nan\n.inf\n+inf\n-inf\nnan\ninfinity\nresourceversion'

let names: string | undefined

/** Whether a text in lower case is a part of a field's name, or of a word that stands for a value. */
export function isAddedText(text: string): boolean {
  names ??= `${[...new Set([...DESCRIPTORS.matchAll(/\|\d+ (\S+)/g)].map(([, name = '']) => name.toLowerCase()))].join('\n')}\n${ADDED}`
  return names.includes(text)
}

const byKind = new Map<string, boolean>()

/** Whether objects of a kind may have fields that are shown in base64; true for a kind that is not known. */
export function hasByteFields(apiVersion: string, kind: string): boolean {
  const id = `${apiVersion} ${kind}`
  const known = byKind.get(id)
  if (known !== undefined) return known
  const name = descriptorName(apiVersion, kind)
  const plan = name === undefined ? undefined : messagePlan(name)
  const answer = plan === undefined || holdsBytes(plan, new Set())
  // Kinds come from stored values.
  if (byKind.size < 1_000) byKind.set(id, answer)
  return answer
}

function holdsBytes(plan: MessagePlan, seen: Set<MessagePlan>): boolean {
  if (seen.has(plan)) return false
  seen.add(plan)
  // JSON within protobuf: its text is in the bytes.
  if (plan.special === 'embedded') return false
  return plan.fields.some(
    (field) => field !== undefined && (field.element === BYTES || (field.message !== undefined && holdsBytes(field.message, seen))),
  )
}
