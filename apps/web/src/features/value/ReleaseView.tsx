// A Helm release above its manifest: name, state and content, or that the content stays on the server.
import type { HelmRelease } from '@registree/contract'
import { Lock, TriangleAlert } from 'lucide-react'
import { say } from '../../lib/say.ts'
import { classNames } from '../../ui/class-names.ts'
import { Fact, Facts } from '../../ui/Facts.tsx'
import { strings } from './strings.ts'
import { WithFlags } from './WithFlags.tsx'

const words = strings.release

/** `alone` if there is no manifest below it. */
export function ReleaseView({ release, alone }: { release: HelmRelease; alone: boolean }) {
  const { name, revision, status, storage, facts, masked, problem } = release
  return (
    <section
      aria-label={words.label}
      className={classNames('overflow-auto px-3 py-2.5', alone ? 'min-h-0 flex-1' : 'max-h-[50%] shrink-0 border-b border-line')}
    >
      <h3 className="flex flex-wrap items-baseline gap-x-2">
        <span className="font-semibold [overflow-wrap:anywhere]">{words.title({ name })}</span>
        <span className="text-soft">
          {[revision === '' ? '' : words.revision({ revision }), status, words.storage[storage]].filter((part) => part !== '').join(' · ')}
        </span>
      </h3>
      {problem !== null && (
        <p className="mt-1 flex items-start gap-1.5 text-warn">
          <TriangleAlert size={14} className="mt-[3px] shrink-0" aria-hidden />
          <span className="min-w-0">
            {words.problem} {say.note(problem.sentences, problem.text)}
          </span>
        </p>
      )}
      {masked && (
        <p className="mt-1 flex items-start gap-1.5 text-soft">
          <Lock size={14} className="mt-[3px] shrink-0" aria-hidden />
          <span className="min-w-0">
            <WithFlags text={words.masked} />
          </span>
        </p>
      )}
      {facts.length > 0 && (
        <div className="mt-1">
          <Facts>
            {facts.map((fact) => (
              <Fact key={fact.label} label={strings.factLabel(fact.label)}>
                {fact.masked ? (
                  <span className="font-mono text-[12.5px] text-soft">{fact.value}</span>
                ) : (
                  <span className="whitespace-pre-wrap">{fact.value}</span>
                )}
              </Fact>
            ))}
          </Facts>
        </div>
      )}
    </section>
  )
}
