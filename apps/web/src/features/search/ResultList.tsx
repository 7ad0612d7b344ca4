// Results in the order of keys, grouped by resource; each line links to itself on the key's page.
import { keyLink, linesHash, type SearchLine, v2Link } from '@registree/contract'
import { utf8, wireToBytes } from '../../lib/bytes.ts'
import { KeyText } from '../../lib/KeyText.tsx'
import { LinkTo } from '../../lib/LinkTo.tsx'
import { count } from '../../lib/size.ts'
import { KeyspaceBadge } from '../../ui/Badge.tsx'
import type { ShownResult } from './queries.ts'
import { searchText as t } from './strings.ts'

/** The server counts no further. */
const MOST_COUNTED = 100

interface Group {
  id: string
  title: string
  results: ShownResult[]
}

export function ResultList({ cluster, results }: { cluster: string; results: readonly ShownResult[] }) {
  return (
    <>
      {inGroups(results).map(({ id, title, results }) => (
        <section key={id} aria-label={title}>
          <h2 className="sticky top-0 z-10 flex items-baseline gap-2 border-b border-line bg-sunken px-3 py-1 text-xs font-medium text-soft">
            {title}
            <span className="font-normal text-faint tabular-nums">{count(results.length)}</span>
          </h2>
          <ol>
            {results.map((result) => (
              <li
                key={`${result.keyspace} ${result.key ?? result.key64}`}
                data-result={result.key ?? result.key64}
                className="border-b border-line/60 px-3 py-1.5"
              >
                <Result cluster={cluster} result={result} />
              </li>
            ))}
          </ol>
        </section>
      ))}
    </>
  )
}

/** Consecutive results of one resource. */
function inGroups(results: readonly ShownResult[]): Group[] {
  const groups: Group[] = []
  for (const result of results) {
    const { keyspace, path, kind } = result
    const place = keyspace === 'v2' ? 'v2' : path
    const last = groups.at(-1)
    if (last?.id.startsWith(`${place} `)) last.results.push(result)
    else
      groups.push({
        id: `${place} ${groups.length}`,
        title: keyspace === 'v2' ? t.v2Keys : path === '' ? t.otherKeys : kind === '' ? path : `${kind} · ${path}`,
        results: [result],
      })
  }
  return groups
}

function hrefOf(cluster: string, { keyspace, rev, view, ...key }: ShownResult, hash: string | null): string {
  const extras = { view: hash === null ? null : view, hash }
  return keyspace === 'v2' ? v2Link(cluster, key.key ?? '/', extras) : keyLink(cluster, wireToBytes(key), { ...extras, rev })
}

function Result({ cluster, result }: { cluster: string; result: ShownResult }) {
  const { path, namespace, name, lines, more, keyspace } = result
  const bytes = wireToBytes(result)
  const place = namespace === '' ? name : `${namespace}/${name}`
  return (
    <>
      <p className="flex min-w-0 flex-wrap items-baseline gap-x-2">
        {keyspace === 'v2' && <KeyspaceBadge keyspace="v2" />}
        <LinkTo href={hrefOf(cluster, result, null)} className="link min-w-0 leading-6 break-all">
          <KeyText bytes={path === '' || name === '' ? bytes : utf8(place)} className="text-[12.5px]" />
        </LinkTo>
      </p>
      {lines.length > 0 && (
        <ol className="overflow-x-auto font-mono text-[12.5px] leading-6">
          {lines.map((line) => (
            <Line
              key={line.number}
              href={hrefOf(cluster, result, linesHash({ from: line.number, to: line.number }))}
              line={line}
              name={place}
            />
          ))}
        </ol>
      )}
      {more > 0 && (
        <p className="pl-14 text-xs text-faint">
          {lines.length + more >= MOST_COUNTED ? t.manyMore({ lines: more }) : t.more({ lines: more })}
        </p>
      )}
    </>
  )
}

function Line({ href, line, name }: { href: string; line: SearchLine; name: string }) {
  const { number, text, cutBefore, cutAfter, marks } = line
  const context = marks.length === 0
  return (
    <li className="flex w-max min-w-full gap-3 hover:bg-hover">
      <LinkTo
        href={href}
        aria-label={t.line({ number: String(number), name })}
        data-line={number}
        tabIndex={context ? -1 : 0}
        className="w-11 shrink-0 text-right text-faint tabular-nums select-none hover:text-accent hover:underline"
      >
        {number}
      </LinkTo>
      <code dir="ltr" className={`whitespace-pre ${context ? 'text-faint' : 'text-ink'}`}>
        {cutBefore > 0 && '…'}
        {pieces(text, marks).map(({ from, piece, marked }) =>
          marked ? (
            <mark key={from} className="rounded-sm bg-warn-soft text-ink">
              {piece}
            </mark>
          ) : (
            piece
          ),
        )}
        {cutAfter && '…'}
      </code>
    </li>
  )
}

function pieces(text: string, marks: SearchLine['marks']): { from: number; piece: string; marked: boolean }[] {
  const found: { from: number; piece: string; marked: boolean }[] = []
  let at = 0
  for (const [from, to] of marks) {
    if (from > at) found.push({ from: at, piece: text.slice(at, from), marked: false })
    found.push({ from, piece: text.slice(from, to), marked: true })
    at = to
  }
  if (at < text.length) found.push({ from: at, piece: text.slice(at), marked: false })
  return found
}
