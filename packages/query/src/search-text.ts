// The text of a row in which a filter searches for words without a column.

export interface Remark {
  /** The cell's index. */
  index: number
  text: string
}

/** The namespace and every cell in lower case, one per line. */
export function searchText(
  namespace: string | null | undefined,
  cells: readonly (string | number | boolean | null)[],
  remark?: Remark,
): string {
  let text = namespace ?? ''
  for (const cell of cells) text += `\n${cell ?? ''}`
  return (remark === undefined ? text : `${text}\n${remark.text}`).toLowerCase()
}
