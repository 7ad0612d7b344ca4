// Actions for a v3 key that cannot be shown: the newest revision, the oldest kept one, or the directory above.

import { prefixLink, type V3Place } from '@registree/contract'
import type { ReactNode } from 'react'
import { keysText } from '../i18n/keys-text.ts'
import { displayText } from '../lib/bytes.ts'
import { HttpError } from '../lib/http.ts'
import { LinkTo } from '../lib/LinkTo.tsx'
import { v3Href } from '../lib/links.ts'
import { buttonClass } from '../ui/Button.tsx'

const t = keysText.keys

/** Null if there is no action. `parent` is the directory above the key; undefined at the top. */
export function v3ErrorActions(error: unknown, cluster: string, place: V3Place, parent: Uint8Array | undefined): ReactNode {
  if (!(error instanceof HttpError)) return null
  const present = (
    <LinkTo href={v3Href(cluster, place.kind, place.bytes, { view: place.view })} className={buttonClass('primary')} data-action="present">
      {t.showPresent}
    </LinkTo>
  )
  if (error.code === 'KEY_NOT_FOUND' && parent !== undefined)
    return (
      <>
        {place.rev !== null && present}
        <LinkTo href={prefixLink(cluster, parent, { rev: place.rev ?? undefined })} className={buttonClass()}>
          {t.openParent({ directory: displayText(parent) })}
        </LinkTo>
      </>
    )
  if (place.rev === null) return null
  if (error.code !== 'REVISION_COMPACTED' && error.code !== 'REVISION_IN_FUTURE' && error.code !== 'KEY_NOT_FOUND') return null
  const compacted = error.problem?.compactedRevision
  return (
    <>
      {present}
      {compacted !== undefined && (
        <LinkTo href={v3Href(cluster, place.kind, place.bytes, { rev: compacted, view: place.view })} className={buttonClass()}>
          {t.showOldest({ rev: compacted })}
        </LinkTo>
      )}
    </>
  )
}
