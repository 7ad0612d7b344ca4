// A quiet question mark that explains a term in two sentences, and leads to all of them.
import { CircleHelp } from 'lucide-react'
import { useRef, useState } from 'react'
import { Later, laterModule } from '../ui/later.tsx'
import { glossaryText, type Term } from './glossary.ts'

const explanations = laterModule(() => import('./Explanation.tsx'))

export function Explain({ term }: { term: Term }) {
  const [open, setOpen] = useState(false)
  const button = useRef<HTMLButtonElement>(null)
  return (
    <>
      <button
        ref={button}
        type="button"
        aria-label={glossaryText.whatIs({ title: glossaryText.terms[term].title })}
        aria-haspopup="dialog"
        aria-expanded={open}
        data-explains={term}
        onClick={() => setOpen(!open)}
        className="inline-flex size-6 shrink-0 items-center justify-center rounded align-middle text-faint hover:bg-hover hover:text-ink"
      >
        <CircleHelp size={14} aria-hidden />
      </button>
      {open && <Later from={explanations} part={(module) => module.Explanation} props={{ term, button, onClose: () => setOpen(false) }} />}
    </>
  )
}
