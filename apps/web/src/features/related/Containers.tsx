// The containers of a pod: the state of each, how its last run ended, and what that means.
import type { RelatedContainer } from '@registree/contract'
import { Ago } from '../../lib/Ago.tsx'
import { say } from '../../lib/say.ts'
import { Badge } from '../../ui/Badge.tsx'
import { relatedText as t } from './strings.ts'

export function Containers({ containers }: { containers: readonly RelatedContainer[] }) {
  if (containers.length === 0) return null
  return (
    <ul className="flex flex-col gap-1">
      {containers.map(({ name, role, image, state, restarts, lastEnd, text, sentences }) => (
        <li key={`${role} ${name}`} className="py-0.5">
          <div className="flex min-h-6 flex-wrap items-center gap-x-2">
            <span className="font-mono text-[12.5px] [overflow-wrap:anywhere]">{name}</span>
            {role !== 'container' && <span className="text-xs text-faint">{role}</span>}
            <Badge tone={state.tone}>{say.state(state.sentences, state.text)}</Badge>
            {restarts > 0 && <span className="text-xs text-soft">{t.restarts({ n: restarts })}</span>}
            {lastEnd !== null && lastEnd.finishedAt !== '' && (
              <span className="ml-auto text-xs text-faint">
                <Ago instant={lastEnd.finishedAt} words={t.lastEnded} />
              </span>
            )}
          </div>
          <p className="font-mono text-xs text-faint [overflow-wrap:anywhere]">{image}</p>
          {text !== '' && <p className="[overflow-wrap:anywhere]">{say.pod(sentences, text)}</p>}
        </li>
      ))}
    </ul>
  )
}
