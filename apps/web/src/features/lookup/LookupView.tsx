// The look-up: one field, and below it who has the address, network, port or host name, where it is and whether it is free.

import type { ClusterInfo, LookupAnswer, LookupMatch, LookupVerdict } from '@registree/contract'
import { parseLookup } from '@registree/flannel'
import { useQuery } from '@tanstack/react-query'
import { type FormEvent, type ReactNode, useEffect, useId, useState } from 'react'
import { text as appText } from '../../i18n/text.ts'
import { ErrorView } from '../../lib/ErrorView.tsx'
import { KeyRefLink } from '../../lib/KeyRefLink.tsx'
import { say } from '../../lib/say.ts'
import { formatInstant, useZone } from '../../lib/time.ts'
import { type Tone, ToneIcon } from '../../ui/Badge.tsx'
import { Button } from '../../ui/Button.tsx'
import { SkeletonLines } from '../../ui/Skeleton.tsx'
import { lookupQuery } from './queries.ts'
import { lookupText as t } from './strings.ts'

/** @param asked the question in the URL as typed; empty for none */
export function LookupView({ cluster, asked, onAsk }: { cluster: ClusterInfo; asked: string; onAsk: (asked: string) => void }) {
  const id = useId()
  const question = parseLookup(asked)
  const query = useQuery(lookupQuery(cluster.name, question?.text ?? ''))
  const [typed, setTyped] = useState(asked)
  useEffect(() => setTyped(asked), [asked])
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const text = typed.trim()
    if (text === asked) void query.refetch()
    else onAsk(text)
  }
  return (
    <div className="h-full overflow-y-auto" data-page="lookup">
      <div className="mx-auto flex w-full max-w-[1000px] flex-col gap-5 p-4 md:p-6">
        <h1 className="text-lg font-semibold">{t.title}</h1>
        <form onSubmit={submit} className="flex flex-col gap-1.5">
          <label htmlFor={id} className="text-soft">
            {t.label}
          </label>
          <div className="flex gap-2">
            <input
              id={id}
              type="search"
              value={typed}
              onChange={(event) => setTyped(event.target.value)}
              placeholder={t.placeholder}
              autoComplete="off"
              autoCapitalize="none"
              spellCheck={false}
              aria-invalid={asked !== '' && question === null}
              aria-describedby={`${id}-hint`}
              className="h-8 w-[28rem] min-w-0 rounded border border-line-strong/60 bg-surface px-2 font-mono text-[12.5px] placeholder:font-sans placeholder:text-faint"
            />
            <Button type="submit" tone="primary" className="h-8">
              {t.button}
            </Button>
          </div>
          <p
            id={`${id}-hint`}
            className={asked !== '' && question === null ? 'text-error' : 'text-xs text-faint'}
            role={question === null && asked !== '' ? 'alert' : undefined}
          >
            {asked !== '' && question === null ? `${t.invalid({ asked })} ${t.hint}` : t.hint}
          </p>
        </form>
        {question !== null && (
          <div aria-live="polite" aria-busy={query.isFetching} data-testid="lookup-answer">
            {query.data ? (
              <Answer cluster={cluster.name} answer={query.data} />
            ) : query.error ? (
              <ErrorView error={query.error} onRetry={() => void query.refetch()} />
            ) : (
              <div data-pending>
                <p className="sr-only">{t.asking}</p>
                <SkeletonLines lines={6} />
              </div>
            )}
          </div>
        )}
      </div>
    </div>
  )
}

/** Null if it is neither good nor bad. */
const TONES: Record<LookupVerdict, Tone | null> = {
  held: null,
  allocated: 'warning',
  free: 'ok',
  reserved: 'muted',
  outside: 'muted',
  unknown: 'warning',
  unnamed: 'muted',
  network: null,
}

function Answer({ cluster, answer }: { cluster: string; answer: LookupAnswer }) {
  const zone = useZone()
  const { verdict, matches, more, places, notices, question } = answer
  const tone = TONES[verdict]
  const explains = t.explains[verdict](answer)
  const when =
    answer.asOf === null
      ? t.readAt(formatInstant(answer.readAt, zone), answer.revision)
      : t.fileTime({ time: formatInstant(answer.asOf, zone) })
  return (
    <div className="flex flex-col gap-5" data-verdict={verdict}>
      <div>
        <h2 className="flex items-start gap-2 text-base font-semibold">
          {tone && (
            <span className="pt-[3px]">
              <ToneIcon tone={tone} size={16} />
            </span>
          )}
          <span className="min-w-0 break-words">{t.verdicts[verdict](answer)}</span>
        </h2>
        {explains !== '' && <p className="mt-1 text-soft">{explains}</p>}
      </div>
      {notices.length > 0 && (
        <ul className="flex flex-col gap-1">
          {notices.map(({ severity, message, sentences }) => (
            <li key={message} className="flex gap-2">
              <span className="pt-[3px]">
                <ToneIcon tone={severity === 'info' ? 'muted' : severity} />
              </span>
              <span className="min-w-0 break-words">{say.flannel(sentences, message)}</span>
            </li>
          ))}
        </ul>
      )}
      {matches.length > 0 && (
        <Part title={t.matches[question.kind]}>
          <ul>
            {matches.map((match) => (
              <Match key={`${match.relation} ${match.source.key}`} cluster={cluster} match={match} port={question.port} />
            ))}
          </ul>
          {more > 0 && <p className="mt-1 text-soft">{t.more({ n: more })}</p>}
        </Part>
      )}
      {places.length > 0 && (
        <Part title={t.places}>
          <ul>
            {places.map((place) => (
              <li
                key={`${place.kind} ${place.range} ${place.network}`}
                className="flex flex-wrap items-baseline gap-x-3 border-b border-line/60 py-1.5"
              >
                <span className="font-mono text-[12.5px]">{place.range}</span>
                <span className="text-soft">{t.place(place)}</span>
                {place.source && <KeyRefLink cluster={cluster} source={place.source} />}
              </li>
            ))}
          </ul>
        </Part>
      )}
      <p className="text-xs text-soft">{[t.searched(answer), t.unread(answer), when].filter(Boolean).join(appText.punctuation.gap)}</p>
    </div>
  )
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  const id = useId()
  return (
    <section aria-labelledby={id}>
      <h3 id={id} className="mb-1 border-b border-line pb-1 text-sm font-semibold">
        {title}
      </h3>
      {children}
    </section>
  )
}

function Match({ cluster, match, port }: { cluster: string; match: LookupMatch; port: number | null }) {
  const { kind, namespace, name, address, ports, source } = match
  const ended = match.relation === 'pod-ended'
  return (
    <li className="flex flex-wrap items-baseline gap-x-3 border-b border-line/60 py-1.5" data-relation={match.relation}>
      <span className="text-soft">{kind}</span>
      <KeyRefLink cluster={cluster} source={source}>
        <span className={ended ? 'text-soft' : undefined}>{namespace === '' ? name : `${namespace}/${name}`}</span>
      </KeyRefLink>
      {address !== '' && <span className="font-mono text-[12.5px]">{address}</span>}
      <span className="text-soft">{t.relation(match)}</span>
      {ports.map((one) => (
        <span key={one} className="font-mono text-[12.5px]">
          {one}
        </span>
      ))}
      {port !== null && ports.length === 0 && match.relation === 'cluster-ip' && <span className="text-warn">{t.noPort}</span>}
    </li>
  )
}
