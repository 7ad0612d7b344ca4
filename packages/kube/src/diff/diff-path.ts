// Writes the path of a change as text: `spec.template.spec.containers[web].image`.
import { pathStep } from '../value/path.ts'
import { ExactNumber, type KubeValue } from '../value/value.ts'
import type { DiffPath, DiffStep } from './types.ts'

/** `spec.containers[web].ports[80/TCP]`. An element without keys is written with its index on the right; if it was removed, on the left. */
export function formatDiffPath(path: DiffPath): string {
  let text = ''
  for (const step of path) text += formatStep(step)
  return text.startsWith('.') ? text.slice(1) : text
}

function formatStep(step: DiffStep): string {
  if (step.kind === 'field') return pathStep(step.name)
  if (step.kind === 'item') return `[${step.keys.map(({ value }) => keyText(value)).join('/')}]`
  return `[${step.to ?? step.from ?? ''}]`
}

function keyText(value: KubeValue): string {
  if (typeof value === 'string') return /^[^[\]/'"\s]+$/.test(value) ? value : `'${value.replace(/\\/g, '\\\\').replace(/'/g, "\\'")}'`
  if (value === null) return ''
  return typeof value === 'object' && !(value instanceof ExactNumber) ? '…' : String(value)
}

/** The names of the members on a path, without list elements: `['spec', 'containers', 'image']`. */
export function fieldNames(path: DiffPath): string[] {
  return path.flatMap((step) => (step.kind === 'field' ? [step.name] : []))
}
