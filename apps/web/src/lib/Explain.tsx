// A quiet question mark that explains a term in two sentences, and leads to all of them.
import { Popover } from '@base-ui/react/popover'
import { learnLink } from '@registree/contract'
import { useRouterState } from '@tanstack/react-router'
import { CircleHelp } from 'lucide-react'
import { useState } from 'react'
import { glossaryText, type Term } from './glossary.ts'
import { LinkTo } from './LinkTo.tsx'

export function Explain({ term }: { term: Term }) {
  const cluster = useRouterState({ select: ({ location }) => location.pathname.split('/')[1] ?? '' })
  const [open, setOpen] = useState(false)
  const { title, text } = glossaryText.terms[term]
  return (
    <Popover.Root open={open} onOpenChange={setOpen}>
      <Popover.Trigger
        aria-label={glossaryText.whatIs({ title })}
        data-explains={term}
        className="inline-flex size-6 shrink-0 items-center justify-center rounded align-middle text-faint hover:bg-hover hover:text-ink"
      >
        <CircleHelp size={14} aria-hidden />
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Positioner sideOffset={4} collisionPadding={8} className="z-50">
          <Popover.Popup className="flex max-w-sm flex-col items-start gap-1.5 rounded-md border border-line bg-raised p-3 text-ink shadow-lg outline-none">
            <Popover.Title className="font-semibold">{title}</Popover.Title>
            <Popover.Description className="text-soft">{text}</Popover.Description>
            <LinkTo href={learnLink(cluster, term)} onClick={() => setOpen(false)} className="link leading-7">
              {glossaryText.all}
            </LinkTo>
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  )
}
