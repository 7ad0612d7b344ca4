// Reads from the Go types what generated.proto lacks: JSON names, omitempty, pointers, merge keys, and the kinds.

/**
 * @typedef {object} GoField
 * @property {number} number of the protobuf field
 * @property {string} json its name in JSON; for an inlined member the Go name
 * @property {string} flags see descriptor-table.mjs
 * @property {string} [keys] what identifies an element of the list: names separated by commas, `=` for the element itself
 *
 * @typedef {object} GoStruct
 * @property {Map<number, GoField>} fields
 * @property {boolean} kind has the inlined TypeMeta of an API object
 *
 * @typedef {object} GoPackage
 * @property {Map<string, GoStruct>} structs
 * @property {Map<string, { package: string, name: string }>} aliases of structs, of this package (`package` empty) or an imported one
 * @property {Map<string, number>} removedIn by kind: the minor release that stops serving it
 */

/**
 * @param {string[]} sources of the package's Go files
 * @returns {GoPackage}
 */
export function readGoPackage(sources) {
  const found = { structs: new Map(), aliases: new Map(), removedIn: new Map() }
  for (const source of sources) readGoFile(source, found)
  return found
}

/** @param {string} source @param {GoPackage} found */
function readGoFile(source, found) {
  const imports = new Map()
  const imported = (block) => {
    for (const [, alias, path] of block.matchAll(/^\s*(?:import\s+)?(\w+)?\s*"([^"]+)"\s*$/gm))
      imports.set(alias ?? path.split('/').at(-1), path)
  }
  for (const [block] of source.matchAll(/^import \([\s\S]*?^\)/gm)) imported(block)
  for (const [line] of source.matchAll(/^import [^(\n]*$/gm)) imported(line)

  for (const [, name, target] of source.matchAll(/^type (\w+) (?:= )?([\w.]+)\s*$/gm)) {
    const [local, other] = target.includes('.') ? target.split('.') : ['', target]
    found.aliases.set(name, { package: local === '' ? '' : (imports.get(local) ?? local), name: other })
  }
  for (const [, kind, minor] of source.matchAll(/^func \(in \*(\w+)\) APILifecycleRemoved\(\) \(major, minor int\) \{\s*return 1, (\d+)/gm))
    found.removedIn.set(kind, Number(minor))
  for (const [, name, body] of source.matchAll(/^type (\w+) struct \{\n([\s\S]*?)^\}/gm)) found.structs.set(name, readStruct(body))
}

/** @param {string} body @returns {GoStruct} */
function readStruct(body) {
  const fields = new Map()
  let kind = false
  /** @type {string[]} */
  let comments = []
  for (const raw of body.replace(/\/\*[\s\S]*?\*\//g, '').split('\n')) {
    const line = raw.trim()
    if (line.startsWith('//')) {
      comments.push(line)
      continue
    }
    const about = comments
    comments = []
    const member = /^(?:(\w+)\s+)?([^\s`](?:[^`]*[^\s`])?)\s*`([^`]*)`/.exec(line)
    if (member === null) continue
    const [, name, type, tags] = member
    const json = tagOf(tags, 'json')
    if (name === undefined && /(^|\.)TypeMeta$/.test(type) && (json === undefined || json.split(',')[0] === '')) kind = true
    const number = Number(tagOf(tags, 'protobuf')?.split(',')[1] ?? Number.NaN)
    if (!Number.isInteger(number)) continue
    const [jsonName = '', ...options] = (json ?? '').split(',')
    const inline = options.includes('inline') || (json !== undefined && jsonName === '' && name === undefined)
    const keys = keysOf(about, tags)
    fields.set(number, {
      number,
      json: jsonName !== '' ? jsonName : (name ?? type.replace(/^\*/, '').split('.').at(-1) ?? ''),
      flags: [
        json === undefined ? '?' : '',
        options.includes('omitempty') ? 'o' : '',
        options.includes('omitzero') ? 'z' : '',
        inline ? 'i' : '',
        type.startsWith('*') ? 'p' : '',
      ].join(''),
      ...(keys === undefined ? {} : { keys }),
    })
  }
  return { fields, kind }
}

/** @param {string} tags @param {string} name */
function tagOf(tags, name) {
  return new RegExp(`(?:^|\\s)${name}:"([^"]*)"`).exec(tags)?.[1]
}

/**
 * The keys for server-side apply (`+listType`, `+listMapKey`), else those of the older strategic merge.
 * @param {string[]} comments @param {string} tags
 */
function keysOf(comments, tags) {
  const marked = (marker) => comments.flatMap((line) => new RegExp(`^//\\s*\\+${marker}=(\\S+)`).exec(line)?.[1] ?? [])
  const type = marked('listType').at(-1)
  if (type === 'map') return [...new Set(marked('listMapKey'))].join(',') || undefined
  if (type === 'set') return '='
  if (type === 'atomic') return undefined
  const key = tagOf(tags, 'patchMergeKey')
  return tagOf(tags, 'patchStrategy')?.split(',').includes('merge') ? (key ?? '=') : undefined
}
