// `@registree/kube/clock`: when a revision was written. An entry of its own, so that worker threads that need none load none.
export { type Anchor, type AnchorKind, API_SERVER, OURSELVES } from './clock/anchor.ts'
export { ANCHOR_FIELDS, anchorsOf, type KeyRevisions } from './clock/anchors-of.ts'
export type { Evidence, FittedSource } from './clock/fit-clock.ts'
export { type ClockOptions, type RevisionAt, RevisionClock, type RevisionTime } from './clock/revision-clock.ts'
export { parseTypedInstant, type TypedInstant, type TypedInstantOptions, type TypedInstantProblem } from './clock/typed-instant.ts'
