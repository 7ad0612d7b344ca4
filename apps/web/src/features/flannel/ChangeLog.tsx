// Changes while the page was open, newest first, and whether changes are being followed.

import type { FlannelChange } from '@registree/contract'
import { useEffect, useState } from 'react'
import { text as appText } from '../../i18n/text.ts'
import { KeyRefLink } from '../../lib/KeyRefLink.tsx'
import { say } from '../../lib/say.ts'
import { formatClock, formatInstant, useZone } from '../../lib/time.ts'
import { type Tone, ToneIcon } from '../../ui/Badge.tsx'
import type { Touch } from './live.ts'
import { flannelText as t } from './strings.ts'

const TONES: Record<FlannelChange['kind'], Tone> = {
  added: 'ok',
  renewed: 'muted',
  changed: 'warning',
  expired: 'error',
  removed: 'error',
  config: 'warning',
}

export function TouchLine({ touch }: { touch: Touch }) {
  const zone = useZone()
  const since = formatInstant(touch.since, zone)
  const tone: Tone = { connecting: 'progress', following: 'ok', lost: 'error', server: 'error' }[touch.state] as Tone
  return (
    <p
      role="status"
      data-touch={touch.state}
      className={`flex min-h-6 items-start gap-1.5 ${touch.state === 'following' || touch.state === 'connecting' ? 'text-soft' : 'font-medium text-error'}`}
    >
      <span className="mt-[3px]">
        <ToneIcon tone={tone} />
      </span>
      <span className="min-w-0 break-words">{t.touch(touch.state, since, touch.reason)}</span>
    </p>
  )
}

/** `network` is the one shown. */
export function ChangeLog({ cluster, network, log }: { cluster: string; network: string; log: readonly FlannelChange[] }) {
  const zone = useZone()
  const lines = log.filter((line) => line.network === network).reverse()
  return (
    <>
      <section
        aria-label={t.changeLog}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable from the keyboard
        tabIndex={0}
        className="h-28 min-h-0 overflow-y-auto xl:h-40 rounded border border-line bg-sunken px-3 py-1.5"
        data-testid="changes"
      >
        {lines.length === 0 ? (
          <p className="text-soft">{t.noChanges}</p>
        ) : (
          <ol reversed className="flex flex-col gap-1">
            {lines.map((line) => (
              <li key={line.id} data-change={line.kind} className="flex items-start gap-2">
                <time dateTime={line.at} title={formatInstant(line.at, zone)} className="shrink-0 text-faint">
                  {formatClock(line.at, zone)}
                </time>
                <span className="mt-[3px]">
                  <ToneIcon tone={TONES[line.kind]} />
                </span>
                <span className="min-w-0 break-words">
                  {t.changeKind[line.kind]}{' '}
                  <KeyRefLink cluster={cluster} source={line.source}>
                    <span className="font-mono text-[12.5px]">{line.subject}</span>
                  </KeyRefLink>
                  {line.holder !== null && <span className="text-soft"> · {line.holder}</span>}
                  {line.detail !== null && (
                    <span className="block text-xs text-soft">{say.flannelChange(line.detail.sentences, line.detail.text)}</span>
                  )}
                </span>
              </li>
            ))}
          </ol>
        )}
      </section>
      <Spoken lines={lines} />
    </>
  )
}

const SPEAK_EVERY_MS = 8000

/** Announces changes to screen readers, one sentence now and then; renewals are left out. */
function Spoken({ lines }: { lines: readonly FlannelChange[] }) {
  const [said, setSaid] = useState({ upTo: lines[0]?.id ?? 0, text: '' })
  const newest = lines[0]?.id ?? 0
  useEffect(() => {
    if (newest <= said.upTo) return
    const timer = setTimeout(() => {
      const fresh = lines.filter(({ id, kind }) => id > said.upTo && kind !== 'renewed')
      const counts = new Map<FlannelChange['kind'], number>()
      for (const { kind } of fresh) counts.set(kind, (counts.get(kind) ?? 0) + 1)
      const text =
        fresh.length === 1 && fresh[0]
          ? `${t.changeKind[fresh[0].kind]} ${fresh[0].subject}`
          : [...counts].map(([kind, n]) => t.spoken({ kind: t.changeKind[kind], n })).join(appText.punctuation.facts)
      setSaid((before) => ({ upTo: newest, text: text === '' ? before.text : text }))
    }, SPEAK_EVERY_MS)
    return () => clearTimeout(timer)
  }, [newest, lines, said.upTo])
  return (
    <p aria-live="polite" className="sr-only">
      {said.text}
    </p>
  )
}
