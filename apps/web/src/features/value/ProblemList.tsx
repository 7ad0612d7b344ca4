// What did not decode, guesses, unknown fields, and masked places, each with its path in the value.
import type { DecodedWire } from '@registree/contract'
import { CircleAlert, CircleCheck, Info, Lock, TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import { say } from '../../lib/say.ts'
import { exactSize } from '../../lib/size.ts'
import { CopyButton } from '../../ui/CopyButton.tsx'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { readingOf, toHex } from './hex/byte-text.ts'
import { strings } from './strings.ts'
import { WithFlags } from './WithFlags.tsx'

const words = strings.problems
const icons = {
  info: <Info size={14} className="mt-[3px] shrink-0 text-accent" aria-hidden />,
  warning: <TriangleAlert size={14} className="mt-[3px] shrink-0 text-warn" aria-hidden />,
  error: <CircleAlert size={14} className="mt-[3px] shrink-0 text-error" aria-hidden />,
}

function Place({ path, onGoTo }: { path: string; onGoTo: ((path: string) => void) | null }) {
  if (path === '' || path === '.') return <span className="whitespace-nowrap text-faint">{words.wholeValue}</span>
  if (!onGoTo) return <code className="font-mono [overflow-wrap:anywhere]">{path}</code>
  return (
    <button
      type="button"
      className="link text-left font-mono [overflow-wrap:anywhere]"
      title={words.goTo({ path })}
      onClick={() => onGoTo(path)}
    >
      {path}
    </button>
  )
}

function Section({ title, detail, children }: { title: ReactNode; detail?: string; children: ReactNode }) {
  return (
    <section className="border-b border-line px-3 py-3 last:border-b-0">
      <h3 className="font-semibold">{title}</h3>
      {detail && (
        <p className="mt-0.5 max-w-2xl text-soft">
          <WithFlags text={detail} />
        </p>
      )}
      <div className="mt-2 overflow-x-auto">{children}</div>
    </section>
  )
}

/** The exact size of small masked content would reveal it. */
const sizeOrSmall = (size: number | null) => (size === null ? words.small : exactSize(size))

const head = 'py-1 pr-4 text-left font-normal text-faint whitespace-nowrap'
const cell = 'py-1 pr-4 align-top'

/** The possible meanings of an unknown field's bytes, and the bytes. */
function Content({ wireType, base64 }: { wireType: number; base64: string | undefined }) {
  if (base64 === undefined)
    return (
      <td colSpan={2} className={`${cell} text-faint`}>
        {words.notShown}
      </td>
    )
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
  const hex = toHex(bytes)
  const reading = readingOf(wireType, bytes)
  return (
    <>
      <td className={`${cell} max-w-64`}>
        <span className="block truncate font-mono" title={reading}>
          {reading}
        </span>
      </td>
      <td className={cell}>
        <span className="flex max-w-56 items-center gap-1">
          <code className="min-w-0 truncate font-mono" title={hex}>
            {hex}
          </code>
          <CopyButton text={hex} label={words.copyHex} />
        </span>
      </td>
    </>
  )
}

/** `onGoTo` is null if the value has no text to go to. */
export function ProblemList({ decoded, onGoTo }: { decoded: DecodedWire; onGoTo: ((path: string) => void) | null }) {
  const { problems, unknownFields, masked } = decoded
  return (
    <div className="min-h-0 flex-1 overflow-auto">
      {problems.length + unknownFields.length === 0 && (
        <EmptyState
          title={
            <span className="flex items-center gap-1.5">
              <CircleCheck size={15} className="text-ok" aria-hidden />
              {words.none}
            </span>
          }
        >
          {decoded.encoding === 'encrypted' || decoded.encoding === 'binary' ? words.noneRead : words.noneDetail}
        </EmptyState>
      )}
      {problems.length > 0 && (
        <Section title={words.problems}>
          <ul className="flex flex-col gap-1.5">
            {problems.map((problem, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: the list never changes for one value
              <li key={index} className="flex gap-2">
                {icons[problem.severity]}
                <span className="min-w-0">
                  <span className="sr-only">{words.severity[problem.severity]}: </span>
                  <span className="[overflow-wrap:anywhere]">{say.problem(problem.sentences, problem.message)}</span>
                  <span className="block">
                    <Place path={problem.path} onGoTo={onGoTo} />
                  </span>
                </span>
              </li>
            ))}
          </ul>
        </Section>
      )}
      {unknownFields.length > 0 && (
        <Section title={words.unknown} detail={words.unknownDetail}>
          <table>
            <thead>
              <tr>
                {[words.path, words.field, words.type, words.size, words.reading, words.bytes].map((title) => (
                  <th key={title} scope="col" className={head}>
                    {title}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {unknownFields.map((field, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: the list never changes for one value
                <tr key={index} className="border-t border-line">
                  <td className={cell}>
                    <Place path={field.path} onGoTo={onGoTo} />
                  </td>
                  <td className={`${cell} tabular-nums`}>{field.number}</td>
                  <td className={`${cell} whitespace-nowrap`}>{words.wireTypes[field.wireType] ?? field.wireType}</td>
                  <td className={`${cell} whitespace-nowrap`}>{sizeOrSmall(field.size)}</td>
                  <Content wireType={field.wireType} base64={field.bytes} />
                </tr>
              ))}
            </tbody>
          </table>
        </Section>
      )}
      {masked.length > 0 && (
        <Section
          title={
            <span className="flex items-center gap-1.5">
              <Lock size={14} aria-hidden />
              {words.masked}
            </span>
          }
          detail={words.maskedDetail}
        >
          <table>
            <thead>
              <tr>
                {[words.path, words.size, words.digest].map((title) => (
                  <th key={title} scope="col" className={head}>
                    {title}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {masked.map((place, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: the list never changes for one value
                <tr key={index} className="border-t border-line">
                  <td className={cell}>
                    <Place path={place.path} onGoTo={onGoTo} />
                    <span className="block text-soft">{words.reasons[place.why]}</span>
                  </td>
                  <td className={`${cell} whitespace-nowrap`}>{sizeOrSmall(place.size)}</td>
                  <td className={`${cell} font-mono`}>{place.digest ?? '—'}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Section>
      )}
    </div>
  )
}
