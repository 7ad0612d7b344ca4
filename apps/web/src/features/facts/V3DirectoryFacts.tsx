// Facts about a v3 directory, which does not exist in etcd itself: its prefix, its revision, and what can be copied.

import type { ReactNode } from 'react'
import { keysText } from '../../i18n/keys-text.ts'
import { KeyText } from '../../lib/KeyText.tsx'
import { KeyspaceBadge } from '../../ui/Badge.tsx'
import { Fact, Facts } from '../../ui/Facts.tsx'
import { type CopiedPlaces, CopyRow } from './CopyRow.tsx'

const t = keysText.facts

export function V3DirectoryFacts({
  bytes,
  revision,
  keys,
  copies,
}: {
  bytes: Uint8Array
  revision: string
  /** How many keys are below it, once known. */
  keys: ReactNode
  copies: CopiedPlaces
}) {
  return (
    <div className="flex flex-col gap-4 p-4">
      {bytes.length > 0 && (
        <p className="break-words">
          <KeyText bytes={bytes} className="text-[12.5px] break-all" />
        </p>
      )}
      <CopyRow
        items={[
          ...(bytes.length > 0 ? [{ text: copies.key, label: t.copyPrefix, word: t.words.prefix }] : []),
          { text: copies.link, label: t.copyLink, word: t.words.link },
          ...copies.commands.map(({ id, text: command }) => ({
            text: command,
            label: id === 'curl' ? t.copyChildren : t.copyEtcdctlKeys,
            word: t.words[id],
          })),
        ]}
      />
      <Facts>
        <Fact label={t.keyspace}>
          <KeyspaceBadge keyspace="v3" />
        </Fact>
        <Fact label={keysText.keys.keysBelow}>{keys}</Fact>
        <Fact label={t.readAt}>{revision}</Fact>
      </Facts>
    </div>
  )
}
