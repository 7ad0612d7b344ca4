// `@registree/kube/clock`: when a revision was written. A separate entry, so that worker threads without it do not load it.
export { type Anchor, type AnchorKind, API_SERVER, OURSELVES } from './clock/anchor.ts'
export { ANCHOR_FIELDS, anchorsOf, type KeyRevisions } from './clock/anchors-of.ts'
export { type Evidence, type FittedSource, firstFrom } from './clock/fit-clock.ts'
export { type ClockOptions, type RevisionAt, RevisionClock, type RevisionTime } from './clock/revision-clock.ts'
export { parseTypedInstant, type TypedInstant, type TypedInstantOptions, type TypedInstantProblem } from './clock/typed-instant.ts'
