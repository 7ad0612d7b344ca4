// A bundle: several objects in one download, as YAML to apply in an order that works, or for programs.
import { type Static, Type } from 'typebox'
import { Revision } from './primitives.ts'

/**
 * `yaml` is fit to be applied elsewhere. `json` is a List of the whole objects, `ndjson` a line for each key with its revisions; `raw` has keys and
 * values in base64, in the form of `etcdctl get -w json`.
 */
export const BUNDLE_FORMATS = ['yaml', 'json', 'ndjson', 'raw'] as const
export type BundleFormat = (typeof BUNDLE_FORMATS)[number]

/** A namespace, a resource, or both; or single keys, each with the revision to read it at. */
export const BundleQuery = Type.Object({
  rev: Type.Optional(Revision),
  format: Type.Optional(
    Type.Unsafe<BundleFormat>({
      type: 'string',
      enum: [...BUNDLE_FORMATS],
      description:
        '`yaml`, the default: to apply. `json`: a List of the whole objects. `ndjson`: a line for each key, with its revisions. `raw`: keys and values in base64, as etcdctl get -w json. What is masked, cut or incomplete is left out, and named with the reason',
    }),
  ),
  namespace: Type.Optional(Type.String({ minLength: 1 })),
  path: Type.Optional(Type.String({ minLength: 1, description: 'the directory of one resource: `pods`, `services/specs`' })),
  keys: Type.Optional(
    Type.String({
      pattern: '^[A-Za-z0-9_-]+(\\.[0-9]{1,19})?(,[A-Za-z0-9_-]+(\\.[0-9]{1,19})?)*$',
      description: 'base64url of each key, with `.` and its revision if it is not `rev`',
    }),
  ),
})
export type BundleQuery = Static<typeof BundleQuery>

/** Single keys in one download: they are in its link. */
export const MOST_BUNDLED_KEYS = 1000
/** Characters of them in the link: keys may be long, and a request's head is limited. */
export const MOST_BUNDLED_CHARACTERS = 200_000
