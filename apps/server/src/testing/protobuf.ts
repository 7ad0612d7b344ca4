// Hand-made values in an API server's encoding: protobuf fields by number, in the envelope of a kind.
import { utf8 } from '@registree/keyspace'

type Part = string | readonly number[]

function varint(value: number): number[] {
  const out: number[] = []
  let rest = value
  for (; rest > 127; rest = Math.floor(rest / 128)) out.push((rest % 128) | 128)
  return [...out, rest]
}

/** A field of wire type 2: a string, or a message of other fields. */
export function field(number: number, ...parts: Part[]): number[] {
  const content = parts.flatMap((part) => (typeof part === 'string' ? [...utf8(part)] : [...part]))
  return [...varint((number << 3) | 2), ...varint(content.length), ...content]
}

/** `k8s\0`, the type, the object, and the two empty strings that every writer appends. */
export function storedProtobuf(apiVersion: string, kind: string, ...fields: readonly number[][]): Uint8Array<ArrayBuffer> {
  return Uint8Array.from([...utf8('k8s\0'), ...field(1, field(1, apiVersion), field(2, kind)), ...field(2, ...fields), 0x1a, 0, 0x22, 0])
}

/** ObjectMeta, field 1 of every object. */
export function metadata(name: string, namespace = ''): number[] {
  return field(1, field(1, name), field(3, namespace), field(5, `uid-${name}`), field(8, [8, ...varint(1_700_000_000)]))
}
