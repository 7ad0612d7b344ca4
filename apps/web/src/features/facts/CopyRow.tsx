// A row of labelled things to copy, each shown before it is copied.
import { CopyButton } from '../../ui/CopyButton.tsx'

/** What can be copied from a key's page: the key, its link, and the commands that fetch it. */
export interface CopiedPlaces {
  key: string
  link: string
  commands: readonly { id: 'etcdctl' | 'etcd' | 'bytes' | 'curl'; text: string }[]
}

export function CopyRow({ items }: { items: readonly { text: string; label: string; word: string }[] }) {
  return (
    <div className="-mx-1 flex flex-wrap gap-1">
      {items.map((item) => (
        <CopyButton key={item.word} text={item.text} label={item.label} className="border border-line">
          {item.word}
        </CopyButton>
      ))}
    </div>
  )
}
