// All terms with their explanations, in a dialog.
import { Dialog } from '../ui/Dialog.tsx'
import { glossaryText } from './glossary.ts'

export function Glossary({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) {
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title={glossaryText.title}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: by keyboard it can be scrolled only while it has the focus */}
      <section aria-label={glossaryText.title} tabIndex={0} className="overflow-y-auto p-4">
        <dl className="flex flex-col gap-3">
          {Object.entries(glossaryText.terms).map(([id, { title, text }]) => (
            <div key={id}>
              <dt className="font-semibold">{title}</dt>
              <dd className="text-soft">{text}</dd>
            </div>
          ))}
        </dl>
      </section>
    </Dialog>
  )
}
