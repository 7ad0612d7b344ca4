// Links to the keys that a user may read, after etcd refused a request.
import type { ReadableKeys, WireKey } from '@registree/contract'
import { text } from '../i18n/text.ts'
import { displayText, wireToBytes } from './bytes.ts'
import { KeyText } from './KeyText.tsx'
import { LinkTo } from './LinkTo.tsx'
import { v3Href } from './links.ts'
import { useClusterName } from './navigation.ts'

const MOST = 20

/** For the current page's cluster. */
export function ReadableLinks({ readable }: { readable: readonly ReadableKeys[] }) {
  const cluster = useClusterName()
  return (
    <ul aria-label={text.readable.title} className="my-1 flex flex-col gap-1">
      {readable.slice(0, MOST).map((keys) => (
        <li key={`${keys.kind} ${keys.key ?? keys.key64} ${keys.end?.key ?? keys.end?.key64 ?? ''}`} className="break-all">
          <ReadableKey cluster={cluster} keys={keys} />
        </li>
      ))}
      {readable.length > MOST && <li className="text-soft">{text.readable.more({ n: readable.length - MOST })}</li>}
    </ul>
  )
}

function ReadableKey({ cluster, keys }: { cluster: string; keys: ReadableKeys }) {
  const bytes = wireToBytes(keys)
  const linked = keys.kind !== 'range' || keys.opens === true
  const name = bytes.length === 0 ? text.readable.everything : <KeyText bytes={bytes} />
  return (
    <>
      {linked ? (
        <LinkTo href={v3Href(cluster, keys.kind === 'key' ? 'key' : 'directory', bytes)} className="link font-mono text-[12.5px]">
          {name}
        </LinkTo>
      ) : (
        <span className="font-mono text-[12.5px]">{name}</span>
      )}{' '}
      <span className="text-soft">{reach(keys)}</span>
    </>
  )
}

function reach(keys: ReadableKeys): string {
  if (keys.kind === 'key') return text.readable.key
  if (keys.kind === 'prefix') return text.readable.prefix
  return keys.end == null ? text.readable.openEnd : text.readable.range({ end: displayText(wireToBytes(keys.end as WireKey)) })
}
