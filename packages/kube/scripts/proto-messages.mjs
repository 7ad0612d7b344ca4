// Reads the messages of a generated.proto file: names, field numbers and types.

const SCALARS = new Set(['string', 'bool', 'int32', 'int64', 'uint32', 'uint64', 'bytes', 'double', 'float'])

/**
 * The table's name for a message or package: the last part of the package, with its version where it has one.
 * `k8s.io.api.core.v1` → `core.v1`, `k8s.io.apimachinery.pkg.util.intstr` → `intstr`.
 * @param {string} path of names, separated by dots
 */
export function shortPackage(path) {
  const parts = path.split('.')
  const last = parts.at(-1) ?? ''
  return /^v\d/.test(last) ? parts.slice(-2).join('.') : last
}

/**
 * @param {string} text of one generated.proto
 * @returns {{ package: string, messages: Map<string, { number: number, name: string, type: string, repeated: boolean }[]> }}
 *   messages by their name in the table (`core.v1.Pod`); a map's type is written `map<string,VALUE>`
 */
export function readProto(text) {
  const lines = text.replace(/\/\*[\s\S]*?\*\//g, '').split('\n')
  const messages = new Map()
  let full = ''
  /** @type {{ number: number, name: string, type: string, repeated: boolean }[] | undefined} */
  let fields
  for (const raw of lines) {
    const line = raw.replace(/\/\/.*/, '').trim()
    if (line === '' || /^(syntax|import|option)\b/.test(line)) continue
    const declared = /^package ([\w.]+);$/.exec(line)
    if (declared) {
      full = declared[1]
      continue
    }
    const message = /^message (\w+) \{(\})?$/.exec(line)
    if (message) {
      const list = []
      messages.set(`${shortPackage(full)}.${message[1]}`, list)
      fields = message[2] === undefined ? list : undefined
      continue
    }
    if (line === '}') {
      fields = undefined
      continue
    }
    const field = /^(?:(optional|repeated) )?(map<\s*string\s*,\s*([\w.]+)\s*>|[\w.]+) (\w+) = (\d+)(?: \[.*\])?;$/.exec(line)
    if (!field || fields === undefined) throw new Error(`generated.proto of ${full}: a line that is not understood: ${line}`)
    const [, label, type, value, name, number] = field
    fields.push({
      number: Number(number),
      name,
      type: value === undefined ? typeName(type, full) : `map<string,${typeName(value, full)}>`,
      repeated: label === 'repeated',
    })
  }
  return { package: shortPackage(full), messages }
}

/** @param {string} type as written @param {string} current package */
function typeName(type, current) {
  if (SCALARS.has(type)) return type
  const dot = type.lastIndexOf('.')
  if (dot < 0) return `${shortPackage(current)}.${type}`
  return `${shortPackage(type.slice(0, dot).replace(/^\./, ''))}.${type.slice(dot + 1)}`
}
