// `/{cluster}/learn`: every term that is explained anywhere, each with links to where this cluster has it.
import { type ClusterInfo, flannelLink, keyLink, namespacesLink, prefixLink, resourcesLink, v2Link } from '@registree/contract'
import { utf8 } from '@registree/keyspace'
import { useEffect } from 'react'
import { text } from '../i18n/text.ts'
import { glossaryText, type Term } from '../lib/glossary.ts'
import { LinkTo } from '../lib/LinkTo.tsx'
import { useAddress } from './address.ts'

interface Onward {
  label: string
  href: string
}

/** Where this cluster has what a term explains. */
function linksOf(cluster: ClusterInfo): Readonly<Record<Term, readonly Onward[]>> {
  const { links } = glossaryText
  const root = cluster.kubernetesPrefix.replace(/\/*$/, '/')
  const keys = (directory: string): Onward => ({
    label: links.keys({ directory }),
    href: prefixLink(cluster.name, utf8(`${root}${directory}`)),
  })
  const table = (resource: string): Onward => ({ label: links.table({ resource }), href: resourcesLink(cluster.name, resource) })
  const page = (label: string, href: string): Onward => ({ label: links.page({ page: label }), href })
  const all: Record<Term, readonly Onward[]> = {
    minions: [keys('minions/'), table('minions')],
    ranges: [keys('ranges/'), table('services/specs')],
    masterleases: [keys('masterleases/'), table('services/endpoints')],
    compactRevKey: [{ label: links.key({ key: 'compact_rev_key' }), href: keyLink(cluster.name, utf8('compact_rev_key')) }],
    keyspaces: [
      page(text.nav.keysV3, prefixLink(cluster.name, new Uint8Array())),
      ...(cluster.v2.available ? [page(text.nav.keysV2, v2Link(cluster.name, '/'))] : []),
    ],
    lease: [table('events'), table('leases')],
    revision: [page(text.nav.keysV3, prefixLink(cluster.name, new Uint8Array()))],
    storedVersion: [page(text.nav.resources, resourcesLink(cluster.name))],
    finalizers: [page(text.nav.namespaces, namespacesLink(cluster.name))],
    managedFields: [table('pods')],
    flannelSubnets: [page(text.nav.flannel, flannelLink(cluster.name))],
  }
  return cluster.v3.available ? all : { ...all, ...Object.fromEntries(Object.keys(all).map((term) => [term, []])) }
}

export function LearnPage({ cluster }: { cluster: ClusterInfo }) {
  const { hash } = useAddress()
  const term = hash.replace(/^#/, '')
  useEffect(() => {
    const part = term === '' ? null : document.getElementById(term)
    part?.scrollIntoView({ block: 'start' })
    part?.focus({ preventScroll: true })
  }, [term])
  const links = linksOf(cluster)
  return (
    <div className="h-full overflow-y-auto">
      <div className="flex max-w-3xl flex-col gap-5 p-4">
        <div>
          <h1 className="text-lg font-semibold">{text.nav.learn}</h1>
          <p className="text-soft">{glossaryText.subtitle}</p>
        </div>
        {(Object.keys(glossaryText.terms) as Term[]).map((id) => {
          const { title, text: explanation } = glossaryText.terms[id]
          return (
            <section key={id} id={id} tabIndex={-1} aria-labelledby={`${id}-title`} className="flex scroll-mt-4 flex-col gap-1">
              <h2 id={`${id}-title`} className="text-base font-semibold">
                {title}
              </h2>
              <p>{explanation}</p>
              {links[id].length > 0 && (
                <ul className="flex flex-wrap gap-x-4">
                  {links[id].map(({ label, href }) => (
                    <li key={href}>
                      <LinkTo href={href} className="link leading-7">
                        {label}
                      </LinkTo>
                    </li>
                  ))}
                </ul>
              )}
            </section>
          )
        })}
      </div>
    </div>
  )
}
