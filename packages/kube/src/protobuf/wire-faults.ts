// What can be wrong with the bytes of a protobuf message: the same faults for the reader and for the check that makes nothing of the bytes.
import type { FaultMessage } from '../value/problem-messages.ts'

const fault = <Code extends FaultMessage['code']>(code: Code) => ({ code, params: {} }) as FaultMessage

export const FAULT = {
  numberCut: fault('field-number-cut'),
  numberLarge: fault('field-number-large'),
  numberZero: fault('field-number-zero'),
  fieldCut: fault('field-cut'),
  packedCut: fault('packed-list-cut'),
  entryCut: fault('map-entry-cut'),
  entryKeyCut: fault('map-entry-key-cut'),
  entryValueCut: fault('map-entry-value-cut'),
  entryNotProtobuf: fault('map-entry-not-protobuf'),
  quantityWrong: fault('quantity-wrong'),
  timeWrong: fault('time-wrong'),
  intOrStringWrong: fault('int-or-string-wrong'),
  documentCut: fault('document-cut'),
  documentPastEnd: fault('document-past-end'),
  documentUndecoded: fault('document-undecoded'),
  objectNotProtobuf: fault('object-not-protobuf'),
}

/** A field whose content is not there, or has a wire type that no Kubernetes writes. */
export function contentFault(field: number, wireType: number): FaultMessage {
  const used = wireType === 0 || wireType === 1 || wireType === 2 || wireType === 5
  return { code: used ? 'field-past-end' : 'field-wire-type-unused', params: { field, wireType } }
}

/** Messages within messages, deeper than is read. */
export const nestedTooDeep = (most: number): FaultMessage => ({ code: 'messages-nested', params: { most } })
