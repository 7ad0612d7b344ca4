// All findings of one rule: what they usually mean, and each with its evidence; the first few, and the rest on request.
import { type Finding, type FindingLink, type FindingRule, findingsLink, namespacesLink, resourcesLink } from '@registree/contract'
import { useId, useState } from 'react'
import { utf8, wireToBytes } from '../../lib/bytes.ts'
import { KeyText } from '../../lib/KeyText.tsx'
import { LinkTo } from '../../lib/LinkTo.tsx'
import { v3Href } from '../../lib/links.ts'
import { count as number } from '../../lib/size.ts'
import { type Tone, ToneIcon } from '../../ui/Badge.tsx'
import { Button } from '../../ui/Button.tsx'
import { CopyButton } from '../../ui/CopyButton.tsx'
import { classNames } from '../../ui/class-names.ts'
import { findingsText as t } from './strings.ts'

const FEW = 10
const STEP = 200

export const toneOf = (severity: Finding['severity']): Tone => (severity === 'info' ? 'muted' : severity)

export function FindingGroup({
  cluster,
  rule,
  shown,
  count,
  listed,
  ranking,
  href,
  chosen,
}: {
  cluster: string
  rule: FindingRule
  shown: readonly Finding[]
  /** The total number, including those that the server did not send. */
  count: number
  listed: number
  /** A list of the largest entries: no faults, so no severity. */
  ranking: boolean
  /** Shows only this rule, or all again. */
  href: string
  chosen: boolean
}) {
  const id = useId()
  const [limit, setLimit] = useState(FEW)
  const visible = shown.slice(0, limit)
  const left = shown.length - visible.length
  const { title, meaning } = t.rules[rule]
  const severity = worstOf(shown)
  const Heading = ranking ? 'h3' : 'h2'
  return (
    <section aria-labelledby={id} data-rule={rule} className="mt-4 min-w-0">
      <Heading id={id} className="flex items-center gap-2 text-sm font-semibold">
        {!ranking && (
          <>
            <ToneIcon tone={toneOf(severity)} />
            <span className="sr-only">{t.severity[severity]}:</span>
          </>
        )}
        <LinkTo
          href={href}
          aria-current={chosen ? 'true' : undefined}
          className="no-underline hover:underline"
          title={t.onlyThis({ title })}
        >
          {title}
        </LinkTo>
        {!ranking && <span className="rounded bg-hover px-1.5 text-xs font-normal text-soft">{number(count)}</span>}
        {!ranking && (
          <span
            className={classNames(
              'text-xs font-normal',
              severity === 'error' ? 'text-error' : severity === 'warning' ? 'text-warn' : 'text-soft',
            )}
            aria-hidden
          >
            {t.severity[severity]}
          </span>
        )}
      </Heading>
      <p className="mb-1 max-w-4xl text-xs text-soft">{meaning}</p>
      <ul aria-label={t.list({ title })} className="border-t border-line">
        {visible.map((finding) => (
          <Item
            key={`${finding.key ?? finding.key64}${finding.says}`}
            cluster={cluster}
            finding={finding}
            tone={!ranking && finding.severity !== severity}
          />
        ))}
      </ul>
      <div className="flex flex-wrap items-center gap-3 pt-1">
        {left > 0 && <Button onClick={() => setLimit(limit + STEP)}>{t.more({ left })}</Button>}
        {limit > FEW && <Button onClick={() => setLimit(FEW)}>{t.fewer}</Button>}
        {listed < count && <span className="text-xs text-soft">{t.cut({ listed, count })}</span>}
      </div>
    </section>
  )
}

/** `tone`: its severity differs from the group's, so it is shown. */
function Item({ cluster, finding, tone }: { cluster: string; finding: Finding; tone: boolean }) {
  const bytes = wireToBytes(finding)
  const place = finding.namespace === '' ? finding.name : `${finding.namespace}/${finding.name}`
  return (
    <li className="group grid items-baseline gap-x-4 border-b border-line/60 py-1 hover:bg-hover md:grid-cols-[minmax(0,2fr)_minmax(0,3fr)_1.75rem]">
      <span className="flex min-w-0 items-baseline gap-2">
        <span className="shrink-0 text-soft">{finding.kind || finding.path}</span>
        <LinkTo href={v3Href(cluster, 'key', bytes)} className="min-w-0 break-all text-v3 no-underline hover:underline">
          {place === '' ? <KeyText bytes={bytes} className="text-[12.5px]" /> : <KeyText bytes={utf8(place)} className="text-[12.5px]" />}
        </LinkTo>
      </span>
      <span className="min-w-0 break-words">
        {tone && (
          <span className="mr-1.5 inline-flex items-center gap-1 align-baseline text-xs text-soft">
            <ToneIcon tone={toneOf(finding.severity)} size={12} />
            {t.severity[finding.severity]}
          </span>
        )}
        {finding.says}
        {finding.links.map((link) => (
          <LinkTo key={link.text} href={hrefOf(cluster, link)} className="link ml-2 whitespace-nowrap">
            {link.text}
          </LinkTo>
        ))}
      </span>
      <span className="max-md:hidden">
        <CopyButton
          label={t.copy}
          text={() => location.origin + findingsLink(cluster, { rule: finding.rule, q: finding.key ?? finding.name })}
          preview={findingsLink(cluster, { rule: finding.rule, q: finding.key ?? finding.name })}
        />
      </span>
    </li>
  )
}

function hrefOf(cluster: string, { key, namespace, table }: FindingLink): string {
  if (key !== undefined) return v3Href(cluster, key.endsWith('/') ? 'directory' : 'key', utf8(key))
  if (namespace !== undefined) return namespacesLink(cluster, namespace)
  return resourcesLink(cluster, table?.resource ?? null, { namespace: table?.namespace, q: table?.q })
}

const ORDER: readonly Finding['severity'][] = ['error', 'warning', 'info']

function worstOf(findings: readonly Finding[]): Finding['severity'] {
  return ORDER.find((severity) => findings.some((finding) => finding.severity === severity)) ?? 'info'
}
