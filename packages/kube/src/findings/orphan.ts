// Objects whose owners are all gone: the garbage collector should have deleted them.
import { objectsAt, textAt } from '../value/fields.ts'
import type { FindingRule } from './finding-rule.ts'
import type { SeenObject } from './types.ts'
import { UidSet } from './uid-set.ts'

interface Owner {
  apiVersion: string
  kind: string
  name: string
  uid: string
}

/** More unresolved references than this are counted, not kept: owners are read before what they own, so they are almost certainly orphans. */
const MOST_PENDING = 50_000
/** Owners that are named; the number of others is given. */
const MOST_NAMED = 10

export const orphan: FindingRule = {
  id: 'orphan',
  fields: ['.metadata.uid', '.metadata.ownerReferences'],
  start({ known, report }) {
    const uids = new UidSet()
    const pending: { seen: SeenObject; owners: Owner[] }[] = []
    const judge = (seen: SeenObject, owners: Owner[]) => {
      const gone = owners.filter((owner) => !uids.has(owner.uid))
      // As in the garbage collector, one existing owner keeps the object.
      if (gone.length < owners.length) return
      const places = gone.map(({ apiVersion, kind }) => known.directoryOf(apiVersion, kind))
      if (places.some((place) => place === undefined || (place !== null && known.unreadable.has(place)))) return
      const named = gone.slice(0, MOST_NAMED).map(({ kind, name, uid }) => `${kind} ${name} (uid ${uid})`)
      if (gone.length > named.length) named.push(`${(gone.length - named.length).toLocaleString('en')} more`)
      const names = named.join(', ')
      report(seen, {
        severity: 'warning',
        says: `Owned by ${names}, which ${gone.length === 1 ? 'is' : 'are'} not there.`,
      })
    }
    return {
      see(seen) {
        const { object } = seen
        if (object === undefined) return
        const uid = textAt(object, 'metadata', 'uid')
        // Events own nothing, and there are many.
        if (uid !== '' && seen.path !== 'events') uids.add(uid)
        const owners = objectsAt(object, 'metadata', 'ownerReferences').map((owner) => ({
          apiVersion: textAt(owner, 'apiVersion'),
          kind: textAt(owner, 'kind'),
          name: textAt(owner, 'name'),
          uid: textAt(owner, 'uid'),
        }))
        if (owners.length === 0 || owners.some((owner) => owner.uid === '' || uids.has(owner.uid))) return
        if (pending.length < MOST_PENDING) pending.push({ seen, owners })
        else judge(seen, owners)
      },
      end() {
        for (const { seen, owners } of pending) judge(seen, owners)
      },
    }
  },
}
