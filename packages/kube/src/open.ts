// The second entry of @registree/kube, `@registree/kube/open`: what opens a stored value. How long that takes is up to the writer of the value.
// The server imports it where the limits and the worker threads are (apps/server/src/values), and nowhere else.
export { checkValue, type ValueCheck } from './decode/check-value.ts'
export { decode } from './decode/decode.ts'
export { decodeFields } from './decode/decode-fields.ts'
export { helmStorage, openHelmRelease } from './helm/helm-release.ts'
export { shownRelease } from './helm/shown-release.ts'
export { maskFlannelStored } from './mask/flannel-stored.ts'
export { maskDecoded, maskPasswordHash, maskShownText } from './mask/mask-decoded.ts'
export { MOST_ELEMENTS } from './value/element-budget.ts'
