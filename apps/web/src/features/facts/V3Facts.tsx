// What etcd knows about a v3 key besides its value, and what can be copied.

import type { ValueAnswer } from '@registree/contract'
import type { ReactNode } from 'react'
import { keysText } from '../../i18n/keys-text.ts'
import { displayText } from '../../lib/bytes.ts'
import { Explain } from '../../lib/Explain.tsx'
import { termOfKey } from '../../lib/glossary.ts'
import { KeyText } from '../../lib/KeyText.tsx'
import { LinkTo } from '../../lib/LinkTo.tsx'
import { say } from '../../lib/say.ts'
import { count } from '../../lib/size.ts'
import { duration } from '../../lib/time.ts'
import { KeyspaceBadge } from '../../ui/Badge.tsx'
import { CopyButton } from '../../ui/CopyButton.tsx'
import { Fact, Facts } from '../../ui/Facts.tsx'
import { type CopiedPlaces, CopyRow } from './CopyRow.tsx'
import { ValueSize } from './ValueSize.tsx'

const t = keysText.facts

/** No stored key has this version: kine before 0.14.12 does not keep versions. */
const UNTOLD = '0'

/** `revisionHref(rev)` links to the same key at another revision; `copies` are made by the caller. */
export function V3Facts({
  answer,
  bytes,
  revisionHref,
  copies,
}: {
  answer: ValueAnswer
  bytes: Uint8Array
  revisionHref: (revision: string) => string
  copies: CopiedPlaces
}) {
  const revision = (value: string): ReactNode => (
    <LinkTo href={revisionHref(value)} className="link">
      {value}
    </LinkTo>
  )
  const lease = answer.lease
  const term = termOfKey(displayText(bytes))
  return (
    <div className="flex flex-col gap-4 p-4">
      <p className="break-words">
        <KeyText bytes={bytes} className="text-[12.5px] break-all" />
        {term !== null && <Explain term={term} />}
      </p>
      <CopyRow
        items={[
          { text: copies.key, label: t.copyKey, word: t.words.key },
          { text: copies.link, label: t.copyLink, word: t.words.link },
          ...copies.commands.map(({ id, text: command }) => ({ text: command, label: t.copyCommands[id], word: t.words[id] })),
        ]}
      />
      <Facts>
        <Fact label={t.keyspace} copy={<Explain term="keyspaces" />}>
          <KeyspaceBadge keyspace="v3" />
        </Fact>
        <Fact label={t.modRevision}>{revision(answer.modRevision)}</Fact>
        <Fact label={t.createRevision}>{revision(answer.createRevision)}</Fact>
        <Fact label={t.version}>{answer.version === UNTOLD ? t.versionUntold : answer.version}</Fact>
        <Fact label={t.readAt} copy={<Explain term="revision" />}>
          {answer.revision}
        </Fact>
        <Fact label={t.lease} copy={lease ? <CopyButton text={lease.id} label={t.lease} /> : <Explain term="lease" />}>
          {lease === null ? (
            <span className="text-faint">{t.noLease}</span>
          ) : (
            <>
              <span className="font-mono">{lease.id}</span>
              <span className="block text-soft">
                {lease.ttl === null
                  ? lease.note === null
                    ? t.leaseGone
                    : say.note(lease.note.sentences, lease.note.text)
                  : t.ttl({ time: duration(Number(lease.ttl)) })}
                {lease.granted !== null && ` ${t.ttlGranted({ granted: duration(Number(lease.granted)) })}`}
              </span>
            </>
          )}
        </Fact>
        <Fact label={t.size}>
          <ValueSize bytes={answer.size} rounded={answer.decoded.rawMasked} />
        </Fact>
        <Fact label={t.keySize}>{`${count(answer.keySize)} B`}</Fact>
        <Fact label={t.encoding}>{answer.decoded.layers.length > 0 ? answer.decoded.layers.join(' → ') : answer.decoded.encoding}</Fact>
      </Facts>
    </div>
  )
}
