// The entry of @registree/kube for other packages. Opening stored values is in open.ts.
export { asServed, type ServedObject } from './decode/as-served.ts'
export { type FieldSelection, selectFields } from './decode/decode-fields.ts'
export { createDecryptor, type Decryption, type Decryptor } from './encryption/decryptor.ts'
export {
  type EncryptedHeader,
  type EncryptionProvider,
  isEncrypted,
  type KmsDetails,
  parseEncryptedHeader,
} from './encryption/encrypted-header.ts'
export { type EncryptionConfig, type ParsedEncryptionConfig, parseEncryptionConfiguration } from './encryption/encryption-configuration.ts'
export type { FindingRule } from './findings/finding-rule.ts'
export { FindingsPass } from './findings/findings-pass.ts'
export type { FindingLinkMessage, FindingMessage } from './findings/messages.ts'
export { POD_TROUBLE_FIELDS, type PodGroup, PodTroubles } from './findings/pod-trouble.ts'
export { QUICK_RULES, RULES } from './findings/rules.ts'
export { scanOrder } from './findings/scan-order.ts'
export {
  FINDING_RULES,
  type Finding,
  type FindingLink,
  type FindingRuleId,
  type FindingSeverity,
  type SeenObject,
} from './findings/types.ts'
export type { HelmRelease, OpenedRelease } from './helm/helm-release.ts'
export type { ShownRelease } from './helm/shown-release.ts'
export { parseExactJson } from './json/parse-exact-json.ts'
export { isSecretPlace } from './mask/key-place.ts'
export type { MaskContext, MaskResult, ShownUnknownField } from './mask/mask-decoded.ts'
export { type Digest, type MaskedPlace, type MaskReason, roundedSize, SIZE_STEP, SMALLEST_TOLD } from './mask/masker.ts'
export { type EnvelopeKind, envelopeKind } from './protobuf/envelope.ts'
export { listKeys } from './protobuf/list-keys.ts'
export { whyNeverStored } from './protobuf/never-stored.ts'
export { descriptorName, type ListKeys, NEWEST_RELEASE } from './protobuf/plan.ts'
export { hasByteFields, isAddedText } from './protobuf/shown-text.ts'
export { type HeldEntry, type Holder, holdersOf, isShared, type JoinedServices, joinServices } from './ranges/join-services.ts'
export { type DecodedRange, decodeRangeAllocation, type RangeAllocation } from './ranges/range-allocation.ts'
export { type ContainerEnd, type ContainerStory, containerStories } from './related/container-stories.ts'
export { exactSearches } from './related/exact-searches.ts'
export { type FinalizerMessage, finalizerMeaning } from './related/finalizers.ts'
export { judgeObject, judgeSection } from './related/judgement.ts'
export { equalityText, matchesMap, matchesSelector, selectsPod } from './related/label-selector.ts'
export type { ContainerMessage, PodMessage, RelatedMessage, RelationMessage } from './related/messages.ts'
export { nodeAddresses } from './related/node-sections.ts'
export type { ListRequest, Looked, ObjectPlace, ObjectStore, StoredObject } from './related/object-store.ts'
export { generatedNamePrefix, isOwnedBy, judgeOwner, type OwnerReference, type OwnerState, ownersOf, uidOf } from './related/owners.ts'
export { type ListedEndpoint, listedEndpoints, podSpecOf, podSpecReferences, type Reference, referencesOf } from './related/references.ts'
export type { RelatedContext, RelatedItem, Trouble } from './related/related-item.ts'
export { relatedSections } from './related/related-sections.ts'
export {
  contentOf,
  MOST_ITEMS,
  type Section,
  type SectionContent,
  type SectionId,
  type ShownEvent,
} from './related/section.ts'
export { type JsonRenderOptions, renderJson, toJsonText } from './render/render-json.ts'
export { renderYaml } from './render/render-yaml.ts'
export { yamlLineOf } from './render/yaml-line.ts'
export { applyable } from './summary/applyable.ts'
export { type EventFacts, eventFacts } from './summary/event-facts.ts'
export { agoInWords, humanAge, humanDuration, type Now, UNKNOWN_AGE } from './summary/human-duration.ts'
export { type Fact, type ObjectStatus, objectStatus, type StatusInWords } from './summary/object-status.ts'
export type { PodTrouble } from './summary/pod-state.ts'
export type { FactLabel, StateMessage } from './summary/state-messages.ts'
export { type Deletion, type ObjectSummary, summarize } from './summary/summarize.ts'
export { withoutMasked } from './summary/without-masked.ts'
export { type CellInstants, cellInstants } from './tables/cell-instants.ts'
export { customTable } from './tables/custom-table.ts'
export {
  type KnownRelease,
  NEWEST_MINOR,
  type ReleaseSource,
  releaseOf,
  type StorageVersionEntry,
  storageVersionEntries,
} from './tables/release.ts'
export { removedIn } from './tables/removed-versions.ts'
export { RESOURCES, type Resource, type ResourceCategory, resourceAt, resourceOfDefinition, resourceOfKind } from './tables/resources.ts'
export { type RowState, rowState } from './tables/row-state.ts'
export { differsByRelease, outlineTable, tableFor } from './tables/table-for.ts'
export type { Cell, Column, ResourceTable, TableContext } from './tables/types.ts'
export { integerAt, isObject, objectAt, objectsAt, textAt, textsAt, valueAt } from './value/fields.ts'
export type { MessageOf, MessageParams } from './value/message.ts'
export { formatPath, pathStep } from './value/path.ts'
export type { EncryptionMessage, ProblemMessage } from './value/problem-messages.ts'
export type { DecodedValue, DecodeOptions, Encoding, Problem, UnknownField } from './value/types.ts'
export { type Undecoded, undecodedIn } from './value/undecoded.ts'
export { ExactNumber, type KubeObject, type KubePath, type KubeValue } from './value/value.ts'
