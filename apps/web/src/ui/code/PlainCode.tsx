// The first lines of a value, where and as the editor will show them: there with the answer, while the editor's code is still on its way.
import type { ReactNode } from 'react'
import { endOfBlock, type Form, NOISE, startsNoise } from './blocks.ts'
import type { Lines } from './line-path.ts'
import { codeText } from './strings.ts'

/** More than fit on a screen. */
const MOST_LINES = 120
/** Of a large value only its beginning is looked at. */
const MOST_CHARACTERS = 200_000
const LONGEST_LINE = 500
const LINE_END = /\r\n?|\n/g
/** What the editor draws as signs: controls, invisible characters, and those that reorder text. */
const SPECIAL = /(?!\t)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu

export function PlainCode({ text: whole, form, label }: { text: string; form: Form; label: string }) {
  // As the editor counts lines.
  const text = form === 'text' ? whole : whole.replace(/\n$/, '')
  const lines = firstLines(text)
  const digits = String(countLines(text)).length
  return (
    <div className="flex min-h-0 flex-1 flex-col" data-value-text>
      {/* The same metrics as the editor's theme. */}
      <div className="relative min-h-0 flex-1">
        <section
          aria-label={label}
          aria-busy
          className="absolute inset-0 overflow-hidden bg-surface pt-1.5 font-mono text-[12.5px] leading-5 whitespace-pre text-ink"
        >
          {shownLines(form, lines).map(({ number, hidden }) => (
            <div key={number} className="flex">
              <span
                aria-hidden
                className="mr-[22px] box-border min-w-[38px] shrink-0 pl-3 text-right text-faint tabular-nums"
                style={{ width: `calc(12px + ${digits}ch)` }}
              >
                {number}
              </span>
              <span>{coloured(form, lines.line(number).slice(0, LONGEST_LINE).replace(SPECIAL, '•'))}</span>
              {hidden > 0 && (
                <span className="ml-1.5 rounded-[3px] border border-line bg-sunken px-1.5 font-sans text-[11.5px] leading-4 text-soft">
                  … {codeText.folded({ lines: hidden })}
                </span>
              )}
            </div>
          ))}
        </section>
      </div>
      {/* The space of its tools. */}
      <div className="h-8 shrink-0 border-t border-line bg-sunken" />
    </div>
  )
}

function firstLines(text: string): Lines {
  const all = text.slice(0, MOST_CHARACTERS).split(LINE_END)
  // The last one may be cut.
  if (text.length > MOST_CHARACTERS && all.length > 1) all.pop()
  return { count: all.length, line: (number) => all[number - 1] ?? '' }
}

function countLines(text: string): number {
  let lines = 1
  for (const _ of text.matchAll(LINE_END)) lines++
  return lines
}

/** By number; `hidden` are those below it that are folded. */
function shownLines(form: Form, lines: Lines): { number: number; hidden: number }[] {
  const shown: { number: number; hidden: number }[] = []
  for (let number = 1; number <= lines.count && shown.length < MOST_LINES; number++) {
    const noise = form !== 'text' && NOISE[form].test(lines.line(number)) && startsNoise(form, lines, number)
    const hidden = ((noise ? endOfBlock(form, lines, number) : null) ?? number) - number
    shown.push({ number, hidden })
    number += hidden
  }
  return shown
}

const NAME = 'text-[light-dark(#1d5bc9,#8fb4ff)]'
const STRING = 'text-[light-dark(#1f6b3a,#9fd8a8)]'
const ATOM = 'text-[light-dark(#9a3d06,#f0b07a)]'

/** The name of a field, and what is plainly a string or a number: the editor knows the rest. */
function coloured(form: Form, line: string): ReactNode {
  const pattern =
    form === 'yaml' ? /^( *(?:- )*)([^\s:#"'{[|>&*!-][^:#"']*)(:)(?= |$)(.*)$/ : form === 'json' ? /^( *)("(?:[^"\\]|\\.)*")(:)(.*)$/ : null
  const [, before = '', name, colon = '', rest = ''] = pattern?.exec(line) ?? []
  if (name === undefined) return line
  const colour = /^ ["']/.test(rest) ? STRING : form === 'json' && /^ [\d\w-]/.test(rest) ? ATOM : null
  // No element without a colour: the HTML of a first picture holds them all.
  return (
    <>
      {before.includes('-') ? <span className="text-soft">{before}</span> : before}
      <span className={NAME}>{name}</span>
      <span className="text-soft">{colon}</span>
      {colour === null ? rest : <span className={colour}>{rest}</span>}
    </>
  )
}
