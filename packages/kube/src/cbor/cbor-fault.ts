// What ends the reading of a CBOR document: the same faults for the decoder and for the check that makes nothing of the bytes.
import type { FaultMessage } from '../value/problem-messages.ts'

/** A fault without parameters. */
type CborFaultCode = Exclude<Extract<FaultMessage['code'], `cbor-${string}`>, 'cbor-length-reserved' | 'cbor-simple-reserved'>

export class CborFault extends Error {
  readonly fault: FaultMessage

  constructor(fault: FaultMessage) {
    super(fault.code)
    this.fault = fault
  }
}

export const cborFault = (code: CborFaultCode) => new CborFault({ code, params: {} })

/** Lists, maps and tags within one another, deeper than is read. */
export const cborTooDeep = (most: number) => new CborFault({ code: 'values-nested', params: { most } })
