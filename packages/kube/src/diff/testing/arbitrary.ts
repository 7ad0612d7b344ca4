// Values for property tests of differences: any JSON, objects like Kubernetes', and pairs where one is the other with some edits.
import fc from 'fast-check'
import { ExactNumber, type KubeObject, type KubeValue } from '../../value/value.ts'

const scalar: fc.Arbitrary<KubeValue> = fc.oneof(
  fc.constantFrom<KubeValue>(null, true, false, 0, -0, 1, 'a', 'b', '', 'web', '500m', '0.5', 9007199254740993n, new ExactNumber('1e400')),
  fc.integer(),
  fc.string({ maxLength: 6 }),
)
const name = fc.oneof(
  fc.constantFrom('a', 'b', 'name', 'spec', 'items', '__proto__', 'constructor', 'a/b', '10', '9'),
  fc.string({ maxLength: 3 }),
)

function object(entries: [string, KubeValue][]): KubeObject {
  const made: KubeObject = Object.create(null)
  for (const [key, value] of entries) made[key] = value
  return made
}

/** Any decoded value, up to four levels deep. */
export const anyValue: fc.Arbitrary<KubeValue> = fc.letrec<{ value: KubeValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    scalar,
    fc.array(tie('value'), { maxLength: 5 }),
    fc.array(fc.tuple(name, tie('value')), { maxLength: 5 }).map(object),
  ),
})).value

const image = fc.constantFrom('shop:1.4', 'shop:1.5', 'proxy:2')
const env = fc.record({ name: fc.constantFrom('A', 'B', 'C'), value: fc.constantFrom('1', '2') })
const container: fc.Arbitrary<KubeObject> = fc
  .record({
    name: fc.constantFrom('web', 'proxy', 'log', 'init'),
    image,
    env: fc.array(env, { maxLength: 3 }),
    ports: fc.array(fc.record({ containerPort: fc.constantFrom(80, 443), protocol: fc.constantFrom('TCP', 'UDP') }), { maxLength: 3 }),
    args: fc.array(fc.constantFrom('--v=1', '--v=2', '--a', '--b'), { maxLength: 4 }),
    limits: fc.constantFrom<KubeValue>({ cpu: '500m' }, { cpu: '0.5' }, { cpu: '1' }, null),
  })
  .map(({ limits, ...rest }) => ({ ...rest, resources: { limits } }) as KubeObject)

/** Deployments with lists of every sort, duplicate keys and elements without keys among them. */
export const deployment: fc.Arbitrary<KubeObject> = fc
  .record({
    replicas: fc.integer({ min: 0, max: 3 }),
    containers: fc.array(fc.oneof({ weight: 9, arbitrary: container }, { weight: 1, arbitrary: scalar }), { maxLength: 4 }),
    tolerations: fc.array(fc.record({ key: fc.constantFrom('a', 'b'), operator: fc.constant('Exists') }), { maxLength: 3 }),
    finalizers: fc.array(fc.constantFrom('x', 'y', 'z'), { maxLength: 4 }),
    conditions: fc.array(fc.record({ type: fc.constantFrom('Ready', 'Progressing'), status: fc.constantFrom('True', 'False') }), {
      maxLength: 3,
    }),
    generation: fc.integer({ min: 1, max: 3 }),
  })
  .map(({ replicas, containers, tolerations, finalizers, conditions, generation }) => ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'shop', finalizers, generation },
    spec: { replicas, template: { spec: { containers, tolerations } } },
    status: { conditions, observedGeneration: generation },
  }))

type Edit = { at: number; kind: 'drop' | 'change' | 'swap' | 'add'; value: KubeValue }

const edit: fc.Arbitrary<Edit> = fc.record({
  at: fc.nat({ max: 1000 }),
  kind: fc.constantFrom('drop', 'change', 'swap', 'add'),
  value: fc.oneof(scalar, anyValue),
})

/** A value, and the same with some edits. */
export function editedPair(values: fc.Arbitrary<KubeValue>): fc.Arbitrary<[KubeValue, KubeValue]> {
  return fc.tuple(values, fc.array(edit, { maxLength: 4 })).map(([value, edits]) => [value, edits.reduce(edited, value)])
}

/** One edit somewhere in a value. */
function edited(value: KubeValue, { at, kind, value: other }: Edit): KubeValue {
  if (Array.isArray(value)) {
    if (value.length === 0) return kind === 'add' ? [other] : value
    const place = at % value.length
    const rest = value.filter((_, i) => i !== place)
    if (at % 3 === 0) return value.with(place, edited(value[place] as KubeValue, { at: Math.floor(at / 3), kind, value: other }))
    if (kind === 'drop') return rest
    if (kind === 'add') return value.toSpliced(place, 0, other)
    if (kind === 'swap') return rest.toSpliced(Math.floor(at / 3) % value.length, 0, value[place] as KubeValue)
    return value.with(place, other)
  }
  if (typeof value === 'object' && value !== null && !(value instanceof ExactNumber)) {
    const names = Object.keys(value)
    if (names.length === 0) return kind === 'add' ? object([['new', other]]) : value
    const chosen = names[at % names.length] as string
    if (at % 4 !== 0) {
      return object(
        names.map((each) => [
          each,
          each === chosen ? edited(value[each] as KubeValue, { at: Math.floor(at / 2), kind, value: other }) : (value[each] as KubeValue),
        ]),
      )
    }
    const kept = names.filter((each) => each !== chosen).map((each): [string, KubeValue] => [each, value[each] as KubeValue])
    return object(kind === 'drop' ? kept : [...kept, [kind === 'add' ? `${chosen}2` : chosen, other]])
  }
  return kind === 'change' ? other : value
}
