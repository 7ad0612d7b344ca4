// How go-yaml 2, and so kubectl, writes a string: plain, in single or double quotes, or as a literal block.
//
// Compared with sigs.k8s.io/yaml 1.4 over 100,000 random values. The remaining differences are deliberate: long lines are not folded at 80 columns (a
// folded value cannot be found or copied as one); strings that other YAML readers interpret differently than go-yaml are quoted (`1e999`, `=`, `<<`,
// `2026-99-99`), and so are those on which readers disagree: multi-line keys, blocks in a list that begin with a blank, blocks of only line breaks,
// and line breaks known only to YAML 1.1. Integers beyond 64 bits keep their digits.

/** Words that go-yaml reads as a boolean, null, infinity or NaN; and `=` and `<<`, which YAML 1.1 readers interpret. */
const WORDS =
  /^(?:~|null|Null|NULL|true|True|TRUE|false|False|FALSE|y|Y|yes|Yes|YES|n|N|no|No|NO|on|On|ON|off|Off|OFF|<<|=|\.nan|\.NaN|\.NAN|[+-]?\.(?:inf|Inf|INF))$/
/** Integers in every base, and floats. go-yaml removes underscores first. */
const NUMBER =
  /^[+-]?(?:0[xX][0-9A-Fa-f_]*|0[bBoO]_*[0-9_]*|[0-9][0-9_]*(?:\.[0-9_]*)?(?:[eE][+-]?[0-9_]*)?|\.[0-9_]+(?:[eE][+-]?[0-9_]*)?|\.[eE][+-]?[0-9_]*)$/
/** `1:30` is 90 in YAML 1.1. */
const SEXAGESIMAL = /^[+-]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$/
/** Dates and times, as read by go-yaml and YAML 1.1. */
const TIMESTAMP =
  /^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:(?:[Tt]|[ \t]+)[0-9]{1,2}:[0-9]{1,2}:[0-9]{1,2}(?:[.,][0-9]*)?(?:[ \t]*(?:Z|[+-][0-9]{1,2}(?::?[0-9]{2})?))?)?$/
/** Only strings that begin like this are ambiguous. */
const AMBIGUOUS_START = /^[-+.0-9yYnNtTfFoO~<=]/

/** What go-yaml counts as printable, without line breaks known only to YAML 1.1: no tab, no control character, nothing beyond the BMP. */
const PRINTABLE = /^[\n\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd]*$/
/** The usual case: a name, a path, an image. Contains no indicator. */
const SIMPLE = /^[A-Za-z_/$(][A-Za-z0-9_/.$()+@%=^~*&!;<>|'"\\-]*$/
/** Characters that YAML interprets at the start, after a space, or before a space or the end. */
const INDICATORS = /^[#,[\]{}&*!|>'"%@`]|^[?-](?: |$)|^---|^\.\.\.|:(?: |$)| #|^ | $/

/** A string on one line: plain if every reader reads it as this string, else quoted. */
export function quoteOneLine(text: string): string {
  if (text === '' || isAmbiguous(text)) return doubleQuoted(text)
  if (SIMPLE.test(text)) return text
  if (text.includes('\n') || !PRINTABLE.test(text)) return doubleQuoted(text)
  return INDICATORS.test(text) ? `'${text.replaceAll("'", "''")}'` : text
}

/**
 * The header of a literal block (`|`, `|-`, `|+`, with an indentation indicator if the text begins with a blank) for a string with line breaks;
 * undefined if go-yaml quotes it instead: a tab, a line that ends in a space, an unprintable character.
 */
export function literalHeader(text: string, mayIndicate: boolean): string | undefined {
  if (!PRINTABLE.test(text) || / (?:\n|$)/.test(text) || /^\n*$/.test(text)) return undefined
  const indicated = /^[\n ]/.test(text)
  if (indicated && !mayIndicate) return undefined
  const chomp = text.endsWith('\n\n') ? '+' : text.endsWith('\n') ? '' : '-'
  return `|${indicated ? '2' : ''}${chomp}`
}

function isAmbiguous(text: string): boolean {
  if (!AMBIGUOUS_START.test(text)) return false
  return WORDS.test(text) || NUMBER.test(text) || TIMESTAMP.test(text) || SEXAGESIMAL.test(text)
}

const NAMED: Record<string, string> = {
  '\0': '\\0',
  '\x07': '\\a',
  '\b': '\\b',
  '\t': '\\t',
  '\n': '\\n',
  '\v': '\\v',
  '\f': '\\f',
  '\r': '\\r',
  '\x1b': '\\e',
  '"': '\\"',
  '\\': '\\\\',
  '\x85': '\\N',
  '\u2028': '\\L',
  '\u2029': '\\P',
}
/** Everything that is escaped in double quotes. */
const ESCAPED = /["\\]|[^\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd]/gu

function doubleQuoted(text: string): string {
  const escaped = text.replace(ESCAPED, (character) => {
    const named = NAMED[character]
    if (named !== undefined) return named
    const code = character.codePointAt(0) as number
    const hex = code.toString(16).toUpperCase()
    return code <= 0xff ? `\\x${hex.padStart(2, '0')}` : code <= 0xffff ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`
  })
  return `"${escaped}"`
}
