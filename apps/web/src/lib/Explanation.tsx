// The explanation of a term beside its question mark: what `Explain.tsx` loads when the first one opens.
import { Popover } from '@base-ui/react/popover'
import { learnLink } from '@registree/contract'
import type { RefObject } from 'react'
import { glossaryText, type Term } from './glossary.ts'
import { LinkTo } from './LinkTo.tsx'
import { useClusterName } from './navigation.ts'

export function Explanation({ term, button, onClose }: { term: Term; button: RefObject<HTMLButtonElement | null>; onClose: () => void }) {
  const cluster = useClusterName()
  const { title, text } = glossaryText.terms[term]
  return (
    <Popover.Root
      open
      onOpenChange={(open, { event }) => {
        // The button closes it by itself.
        if (!open && !(event.target instanceof Node && button.current?.contains(event.target) && event.type !== 'keydown')) onClose()
      }}
    >
      <Popover.Portal>
        <Popover.Positioner anchor={button} sideOffset={4} collisionPadding={8} className="z-50">
          <Popover.Popup
            finalFocus={button}
            className="flex max-w-sm flex-col items-start gap-1.5 rounded-md border border-line bg-raised p-3 text-ink shadow-lg outline-none"
          >
            <Popover.Title className="font-semibold">{title}</Popover.Title>
            <Popover.Description className="text-soft">{text}</Popover.Description>
            <LinkTo href={learnLink(cluster, term)} onClick={onClose} className="link leading-7">
              {glossaryText.all}
            </LinkTo>
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  )
}
