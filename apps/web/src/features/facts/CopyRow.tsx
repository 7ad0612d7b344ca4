// A row of things to copy, each with its word; what is copied shows before it is.
import { CopyButton } from '../../ui/CopyButton.tsx'

/** What is copied from a key's page: itself, its link, and the commands that fetch it. */
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
