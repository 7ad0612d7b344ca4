// The second entry of @registree/kube, `@registree/kube/open`: opening stored values. The writer of a value determines how long that takes, so the
// server imports it only where limits and worker threads are (apps/server/src/values).
export { checkValue, type ValueCheck } from './decode/check-value.ts'
export { decode } from './decode/decode.ts'
export { decodeFields } from './decode/decode-fields.ts'
export { helmStorage, openHelmRelease } from './helm/helm-release.ts'
export { shownRelease } from './helm/shown-release.ts'
export { maskFlannelStored } from './mask/flannel-stored.ts'
export { maskDecoded, maskPasswordHash, maskShownText } from './mask/mask-decoded.ts'
export { tellingNothing } from './mask/telling-nothing.ts'
export { MOST_ELEMENTS } from './value/element-budget.ts'
