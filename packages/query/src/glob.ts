// Globs: `*` is any text, `?` one character of a text that has a `*`.
import { Pattern } from './pattern/pattern.ts'

/** The pattern of a glob that has to match a whole text. Unlike in a shell, `*` also matches slashes. */
export function wholeGlob(glob: string, ignoreCase: boolean): Pattern {
  return new Pattern(`^${sourceOf(glob, '.')}$`, { ignoreCase })
}

/** The pattern of a glob within a line: `*` ends at a space, so that it stays within one word. */
export function wordGlob(glob: string): Pattern {
  return new Pattern(sourceOf(glob, '\\S'), { ignoreCase: true })
}

function sourceOf(glob: string, any: string): string {
  return glob.replace(/[\\^$.*+?()[\]{}|/]+/g, (special) =>
    [...special].map((one) => (one === '*' ? `${any}*` : one === '?' ? any : `\\${one}`)).join(''),
  )
}
