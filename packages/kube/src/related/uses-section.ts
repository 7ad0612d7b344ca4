// The objects that an object refers to, each looked up by key: ConfigMaps, Secrets, claims, accounts, targets, roles.
import { objectAt, textAt, valueAt } from '../value/fields.ts'
import type { KubeObject } from '../value/value.ts'
import { judgeOwner } from './owners.ts'
import { referencesOf } from './references.ts'
import { lookUp, nameInWords, type RelatedContext, type RelatedItem } from './related-item.ts'
import type { Section } from './section.ts'
import { isReached } from './service-sections.ts'
import { endpointsOf } from './services-section.ts'

/** Each costs etcd a Range of one key. */
const MOST_REFERENCES = 100
/** Maximum Services whose endpoints are read. */
const MOST_REACHED = 20

export const usesSection: Section = {
  id: 'uses',
  costly: false,
  async read(context) {
    // A pod's node has its own section.
    const references = referencesOf(context.object).filter(
      (reference) => !(reference.kind === 'Node' && textAt(context.object, 'kind') === 'Pod'),
    )
    const services = references.filter(({ kind }) => kind === 'Service').slice(0, MOST_REACHED)
    const left = SENDERS.has(textAt(context.object, 'kind')) && references.filter(({ kind }) => kind === 'Service').length > MOST_REACHED
    const items = await Promise.all(
      references.slice(0, MOST_REFERENCES).map(async (reference) => {
        const { item, object } = await lookUp(context, reference)
        if (object !== null && item.trouble === null && item.found === 'there')
          item.trouble =
            disagreement(context, item, object) ?? (services.includes(reference) ? await unreached(context, item, object) : null)
        return item
      }),
    )
    const looked = left
      ? [{ path: 'services/endpoints', namespace: context.place.namespace, namePrefix: '', objects: MOST_REACHED, cut: true, unread: 0 }]
      : []
    return { items, omitted: Math.max(0, references.length - MOST_REFERENCES), notes: subjectsOf(context), looked }
  },
}

/** Kinds that send traffic to the Services they refer to. */
const SENDERS = new Set([
  'Ingress',
  'APIService',
  'CustomResourceDefinition',
  'ValidatingWebhookConfiguration',
  'MutatingWebhookConfiguration',
])

/** A Service that receives traffic must have a ready endpoint. */
async function unreached({ object, store }: RelatedContext, item: RelatedItem, found: KubeObject): Promise<RelatedItem['trouble']> {
  if (item.kind !== 'Service' || item.place === null || !SENDERS.has(textAt(object, 'kind'))) return null
  if (textAt(found, 'spec', 'type') === 'ExternalName') return null
  const { slices, endpoints } = await endpointsOf(store, item.place.namespace ?? '', item.place.name)
  if (isReached([...slices, ...(endpoints === null ? [] : [endpoints])])) return null
  const service = nameInWords('Service', item.place)
  return {
    severity: 'error',
    text: `${service} has no ready endpoint: nobody takes what is sent to it.`,
    code: 'no-ready-endpoint',
    params: { service },
  }
}

/** A claim and its volume must refer to each other. */
function disagreement({ object, place }: RelatedContext, item: RelatedItem, other: KubeObject): RelatedItem['trouble'] {
  const kind = textAt(object, 'kind')
  if (kind === 'PersistentVolumeClaim' && item.kind === 'PersistentVolume') {
    const claim = objectAt(other, 'spec', 'claimRef')
    const uid = textAt(claim, 'uid')
    const named = `${textAt(claim, 'namespace')}/${textAt(claim, 'name')}`
    if (claim === undefined)
      return {
        severity: 'error',
        text: `${nameInWords(item.kind, item.place ?? place)} is claimed by nobody, though this claim says it is bound to it.`,
      }
    if (named !== `${place.namespace}/${place.name}` || judgeOwner({ uid }, object) === 'replaced')
      return {
        severity: 'error',
        text: `${nameInWords(item.kind, item.place ?? place)} is claimed by ${named}${named === `${place.namespace}/${place.name}` ? ' with another uid' : ''}, not by this claim: the claim is lost.`,
      }
  }
  if (kind === 'PersistentVolume' && item.kind === 'PersistentVolumeClaim') {
    const volume = textAt(other, 'spec', 'volumeName')
    if (volume !== '' && volume !== place.name) return { severity: 'error', text: `The claim is bound to another volume: ${volume}.` }
  }
  return null
}

/** Users and groups are not objects, but are listed too. */
function subjectsOf({ object }: RelatedContext): { severity: 'info'; text: string }[] {
  if (!/^(Cluster)?RoleBinding$/.test(textAt(object, 'kind'))) return []
  const subjects = valueAt(object, 'subjects')
  if (!Array.isArray(subjects) || subjects.length === 0) return [{ severity: 'info', text: 'It grants its role to nobody.' }]
  const others = subjects.filter((subject) => textAt(subject, 'kind') !== 'ServiceAccount')
  return others
    .slice(0, MOST_REFERENCES)
    .map((subject) => ({ severity: 'info', text: `to ${textAt(subject, 'kind')} ${textAt(subject, 'name')}` }))
}
