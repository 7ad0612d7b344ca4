// Chooses the two sides of a comparison, and how much of them.
import type { ClusterInfo } from '@registree/contract'
import { isRevision } from '@registree/contract'
import { useQueryClient } from '@tanstack/react-query'
import { type FormEvent, type ReactNode, useId, useRef, useState } from 'react'
import { notFoundText, revisionAt, shownInsteadText } from '../../lib/revision-at.ts'
import { useZone } from '../../lib/time.ts'
import { Button } from '../../ui/Button.tsx'
import type { CompareSubject } from './queries.ts'
import { compareText as t } from './strings.ts'

const FIELD = 'h-7 min-w-0 rounded border border-line-strong/60 bg-surface px-1.5 text-sm text-ink placeholder:text-faint'
const LABEL = 'flex items-center gap-1.5 text-sm text-soft'

/** Starts from `subject`; remount it with a key if that changes. */
export function CompareForm({
  cluster,
  clusters,
  subject,
  onRun,
}: {
  cluster: ClusterInfo
  clusters: readonly ClusterInfo[]
  subject: CompareSubject
  /** `said`: what the reader has to know of the times that were typed. */
  onRun: (subject: CompareSubject, said: readonly string[]) => void
}) {
  const having = (keyspace: CompareSubject['keyspace']) => clusters.filter((each) => each[keyspace].available)
  const first = having(subject.keyspace).find(({ name }) => name !== cluster.name)?.name ?? cluster.name
  const [typed, setTyped] = useState<CompareSubject>({ ...subject, with: subject.with || first })
  const change = (part: Partial<CompareSubject>) => setTyped({ ...typed, ...part })
  const inV3 = typed.keyspace === 'v3'
  const others = having(typed.keyspace)
  const client = useQueryClient()
  const zone = useZone()
  /** What was typed for a revision and is none, and why no time. */
  const [unknown, setUnknown] = useState({ typed: '', why: '' })
  const [isLooking, setLooking] = useState(false)
  const asked = useRef(0)
  const wrong = (text: string) => text.trim() !== '' && text === unknown.typed
  const wrongRevision = wrong(typed.rev) || wrong(typed.withRev)
  // The namespace on the right alone would be compared with nothing.
  const needsNamespace = inV3 && typed.withNamespace.trim() !== '' && typed.namespace.trim() === ''
  const problem = useId()
  const revision = (side: 'left' | 'right', value: string, onChange: (value: string) => void) => (
    <label className={LABEL}>
      {t.revision}
      <input
        aria-label={t.revisionOf({ side })}
        aria-invalid={wrong(value)}
        aria-describedby={wrong(value) ? problem : undefined}
        placeholder={t.newest}
        title={t.revisionHint}
        maxLength={100}
        spellCheck={false}
        value={value}
        onChange={({ target }) => onChange(target.value)}
        className={`${FIELD} w-28 tabular-nums`}
      />
    </label>
  )
  const other = others.find(({ name }) => name === typed.with)
  const member = (side: 'left' | 'right', of: ClusterInfo | undefined, value: string, onChange: (value: string) => void) => {
    const endpoints = of?.connection?.endpoints ?? []
    if (endpoints.length < 2 && value === '') return null
    return (
      <label className={LABEL}>
        {t.member}
        <select
          aria-label={t.memberOf({ side })}
          value={value}
          onChange={({ target }) => onChange(target.value)}
          className={`${FIELD} max-w-44`}
        >
          <option value="">{t.anyMember}</option>
          {[...new Set([...endpoints, value])]
            .filter((endpoint) => endpoint !== '')
            .map((endpoint) => (
              <option key={endpoint}>{endpoint}</option>
            ))}
        </select>
      </label>
    )
  }
  /** Of a live etcd only the newest v2 tree is known. */
  const index = (side: 'left' | 'right', of: ClusterInfo | undefined, value: string, onChange: (value: string) => void) =>
    of?.source !== 'file' && value === '' ? null : (
      <label className={LABEL}>
        {t.v2.index}
        <input
          aria-label={t.v2.indexOf({ side })}
          aria-invalid={wrong(value)}
          aria-describedby={wrong(value) ? problem : undefined}
          placeholder={t.newest}
          title={t.v2.indexHint}
          inputMode="numeric"
          maxLength={20}
          spellCheck={false}
          value={value}
          onChange={({ target }) => onChange(target.value)}
          className={`${FIELD} w-28 tabular-nums`}
        />
      </label>
    )
  const namespace = (side: 'left' | 'right', value: string, hint: string, onChange: (value: string) => void) => (
    <label className={`${LABEL} flex-1`}>
      {t.namespace}
      <input
        aria-label={t.namespaceOf({ side })}
        aria-invalid={side === 'left' && needsNamespace}
        aria-describedby={side === 'left' && needsNamespace && !wrongRevision ? problem : undefined}
        placeholder={hint}
        value={value}
        spellCheck={false}
        onChange={({ target }) => onChange(target.value)}
        className={`${FIELD} w-20 flex-1`}
      />
    </label>
  )
  /** A time becomes the revision that was current then, in its own cluster. */
  const revisionOf = async (name: string, text: string): Promise<{ revision: string; said: string } | null> => {
    if (text.trim() === '' || isRevision(text.trim())) return { revision: text.trim(), said: '' }
    try {
      const found = await revisionAt(client, name, text.trim(), zone)
      return { revision: found.revision, said: shownInsteadText(found) }
    } catch (error) {
      setUnknown({ typed: text, why: notFoundText(error) })
      return null
    }
  }
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    if (needsNamespace || isLooking) return
    if (!inV3) {
      const noIndex = [typed.rev, typed.withRev].find((text) => text.trim() !== '' && !isRevision(text.trim()))
      if (noIndex !== undefined) return setUnknown({ typed: noIndex, why: t.v2.wrongIndex })
      return onRun(typed, [])
    }
    const own = ++asked.current
    setLooking(true)
    setUnknown({ typed: '', why: '' })
    const left = await revisionOf(cluster.name, typed.rev)
    const right = left === null ? null : await revisionOf(typed.with, typed.withRev)
    setLooking(false)
    if (left === null || right === null || own !== asked.current) return
    const said = [...new Set([left.said, right.said])].filter((one) => one !== '')
    onRun({ ...typed, rev: left.revision, withRev: right.revision }, said)
  }
  return (
    <form aria-label={t.form} className="flex flex-col gap-2" onSubmit={(event) => void submit(event)}>
      <div className="grid items-start gap-x-6 gap-y-2 md:grid-cols-2">
        <Side label={t.left}>
          <span className="flex h-7 min-w-0 flex-[1_1_8rem] items-center truncate font-medium" title={cluster.origin}>
            {cluster.title}
          </span>
          {inV3 && (
            <>
              {member('left', cluster, typed.member, (next) => change({ member: next }))}
              {revision('left', typed.rev, (rev) => change({ rev }))}
              {namespace('left', typed.namespace, t.anyNamespace, (next) => change({ namespace: next }))}
            </>
          )}
          {!inV3 && index('left', cluster, typed.rev, (rev) => change({ rev }))}
        </Side>
        <Side label={t.right}>
          <select
            aria-label={t.right}
            value={typed.with}
            onChange={({ target }) => change({ with: target.value, withMember: '' })}
            className={`${FIELD} flex-[2_1_10.5rem]`}
          >
            {!others.some(({ name }) => name === typed.with) && <option value={typed.with}>{typed.with}</option>}
            {others.map(({ name, title }) => (
              <option key={name} value={name}>
                {name === cluster.name ? t.this({ cluster: title }) : title}
              </option>
            ))}
          </select>
          {inV3 && (
            <>
              {member('right', other, typed.withMember, (withMember) => change({ withMember }))}
              {revision('right', typed.withRev, (withRev) => change({ withRev }))}
              {namespace('right', typed.withNamespace, t.sameNamespace, (withNamespace) => change({ withNamespace }))}
            </>
          )}
          {!inV3 && index('right', other, typed.withRev, (withRev) => change({ withRev }))}
        </Side>
      </div>
      <div className="flex flex-wrap items-center gap-x-4 gap-y-1.5">
        {(cluster.v2.available || !inV3) && (
          <label className={LABEL}>
            {t.keyspace}
            <select
              value={typed.keyspace}
              onChange={({ target }) => change({ keyspace: target.value === 'v2' ? 'v2' : 'v3', path: '', rev: '', withRev: '' })}
              className={FIELD}
            >
              {cluster.v3.available && <option>v3</option>}
              <option>v2</option>
            </select>
          </label>
        )}
        <label className={LABEL}>
          {inV3 ? t.resource : t.v2.directory}
          <input
            placeholder={inV3 ? t.anyResource : '/'}
            value={typed.path}
            spellCheck={false}
            onChange={({ target }) => change({ path: target.value })}
            className={`${FIELD} w-40`}
          />
        </label>
        <Choice label={t.noise} hint={inV3 ? t.noiseHint : t.v2.noiseHint} checked={typed.noise} onChange={(noise) => change({ noise })} />
        {inV3 && <Choice label={t.every} hint={t.everyHint} checked={typed.every} onChange={(every) => change({ every })} />}
        {inV3 && <Choice label={t.all} hint={t.allHint} checked={typed.all} onChange={(all) => change({ all })} />}
        <Button type="submit" tone="primary" aria-busy={isLooking}>
          {t.run}
        </Button>
        {(wrongRevision || needsNamespace) && (
          <span id={problem} role="alert" className="text-sm text-error">
            {wrongRevision ? unknown.why : t.needsNamespace}
          </span>
        )}
      </div>
    </form>
  )
}

function Side({ label, children }: { label: string; children: ReactNode }) {
  return (
    <fieldset className="flex min-w-0 flex-wrap items-center gap-x-3 gap-y-1.5">
      <legend className="float-left w-14 text-sm text-soft">{label}</legend>
      {children}
    </fieldset>
  )
}

function Choice({
  label,
  hint,
  checked,
  onChange,
}: {
  label: string
  hint: string
  checked: boolean
  onChange: (checked: boolean) => void
}) {
  return (
    <label className="flex min-h-7 items-center gap-1.5 text-sm" title={hint}>
      <input type="checkbox" checked={checked} onChange={({ target }) => onChange(target.checked)} className="accent-accent" />
      {label}
    </label>
  )
}
