// What etcd knows about a v2 node besides its value, and what can be copied.

import type { V2NodeAnswer } from '@registree/contract'
import { keysText } from '../../i18n/keys-text.ts'
import { utf8 } from '../../lib/bytes.ts'
import { KeyText } from '../../lib/KeyText.tsx'
import { formatInstant, useZone } from '../../lib/time.ts'
import { KeyspaceBadge } from '../../ui/Badge.tsx'
import { Fact, Facts } from '../../ui/Facts.tsx'
import { type CopiedPlaces, CopyRow } from './CopyRow.tsx'
import { ValueSize } from './ValueSize.tsx'

const t = keysText.facts

/** `timeLeft` is the countdown to the node's expiration, drawn by the caller. */
export function V2Facts({ answer, copies, timeLeft }: { answer: V2NodeAnswer; copies: CopiedPlaces; timeLeft: React.ReactNode }) {
  const zone = useZone()
  const { node } = answer
  return (
    <div className="flex flex-col gap-4 p-4">
      <p className="break-words">
        <KeyText bytes={utf8(node.path)} className="text-[12.5px] break-all" />
      </p>
      <CopyRow
        items={[
          { text: copies.key, label: t.copyKey, word: t.words.key },
          { text: copies.link, label: t.copyLinkV2, word: t.words.link },
          ...copies.commands.map(({ id, text: command }) => ({ text: command, label: t.copyCommands[id], word: t.words[id] })),
        ]}
      />
      <Facts>
        <Fact label={t.keyspace}>
          <KeyspaceBadge keyspace="v2" />
        </Fact>
        <Fact label={t.modifiedIndex}>{node.modifiedIndex}</Fact>
        <Fact label={t.createdIndex}>{node.createdIndex}</Fact>
        <Fact label={t.index}>{answer.index}</Fact>
        <Fact label={t.expiration}>
          {node.expiration === null ? (
            <span className="text-faint">{t.permanent}</span>
          ) : (
            <>
              {timeLeft}
              <span className="block text-soft">{formatInstant(node.expiration, zone)}</span>
            </>
          )}
        </Fact>
        {node.hidden && <Fact label={t.hidden}>{t.hiddenLong}</Fact>}
        {node.size !== null && (
          <Fact label={t.size}>
            <ValueSize bytes={node.size} rounded={answer.decoded?.rawMasked ?? false} />
          </Fact>
        )}
        <Fact label={t.readTime}>{formatInstant(answer.readAt, zone)}</Fact>
      </Facts>
    </div>
  )
}
