// A message as it is filled in: a text, or the parts that its pattern has. The build of the pages writes them as JSON.

/** The kinds of parts. */
export const PART = { text: 0, number: 1, plural: 2, select: 3, tag: 4 } as const

export type Part =
  | string
  | readonly [kind: typeof PART.text | typeof PART.number, parameter: string]
  | readonly [kind: typeof PART.tag, tag: string, children: readonly Part[]]
  | Choice

/** Options are the plural forms of a language, `=1` for exact numbers, or the values of the parameter; `other` is always there. */
export type Choice = readonly [
  kind: typeof PART.plural | typeof PART.select,
  parameter: string,
  options: Readonly<Record<string, readonly Part[]>>,
]

export type Compiled = string | readonly Part[]
