// Opens one of many values in a worker thread, for values/stored-objects.ts when a value is large.
import { type FieldSelection, selectFields } from '@registree/kube'
import { packObject, type TravellingObject } from '../values/object-transfer.ts'
import { openStored } from '../values/open-stored.ts'
import { decryptorFor, type Policy } from '../values/policy.ts'
import type { JobContext } from './job-context.ts'

export interface OpenJob {
  cluster: string
  policy: Policy
  key: Uint8Array
  value: Uint8Array
  /** Field paths; null for the whole value. */
  fields: readonly string[] | null
  check: boolean
  maxElements: number
}

/** Selections come from code and are few; a definition's own columns are read elsewhere. */
const selections = new Map<string, FieldSelection>()
const SELECTIONS_KEPT = 50

export function openInJob(job: OpenJob, context: JobContext): { output: TravellingObject } {
  const { cluster, policy, key, value, fields, check, maxElements } = job
  const opener = { decryptor: decryptorFor(policy, context.decryptorOf(cluster)), masking: policy }
  return {
    output: packObject(openStored(opener, { key, value }, fields === null ? undefined : selectionOf(fields), { check, maxElements })),
  }
}

function selectionOf(paths: readonly string[]): FieldSelection {
  const id = paths.join('\n')
  const made = selections.get(id) ?? selectFields(paths)
  selections.delete(id)
  selections.set(id, made)
  for (const oldest of selections.keys()) if (selections.size > SELECTIONS_KEPT) selections.delete(oldest)
  return made
}
