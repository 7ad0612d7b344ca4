// A missing keyspace: it says why, and refuses every read with that message.
import type { ErrorMessage } from '../../messages/in-english.ts'
import { AppError } from '../../problem.ts'
import type {
  Availability,
  LeaseFacts,
  RangeReply,
  V2Change,
  V2FirstEvent,
  V2Read,
  V2Source,
  V2Status,
  V3Change,
  V3Source,
  V3Status,
} from '../source.ts'
import { noChanges } from './no-changes.ts'

class Absent {
  readonly kind = 'file'
  readonly says: ErrorMessage
  constructor(says: ErrorMessage) {
    this.says = says
  }
  async availability(): Promise<Availability> {
    return { available: false, says: this.says }
  }
  async close(): Promise<void> {}
}

export class AbsentV3Source extends Absent implements V3Source {
  async range(): Promise<RangeReply> {
    throw this.#refusal()
  }
  async lease(): Promise<LeaseFacts | null> {
    throw this.#refusal()
  }
  watch() {
    return noChanges<V3Change>()
  }
  async status(): Promise<V3Status> {
    throw this.#refusal()
  }
  #refusal(): AppError {
    return new AppError('KEYSPACE_UNAVAILABLE', { code: 'v3-absent', params: {} }, { detail: this.says })
  }
}

export class AbsentV2Source extends Absent implements V2Source {
  async node(): Promise<V2Read> {
    throw this.#refusal()
  }
  async firstEvent(): Promise<V2FirstEvent> {
    throw this.#refusal()
  }
  watch() {
    return noChanges<V2Change>()
  }
  async status(): Promise<V2Status> {
    throw this.#refusal()
  }
  #refusal(): AppError {
    return new AppError('KEYSPACE_UNAVAILABLE', { code: 'v2-absent', params: {} }, { detail: this.says })
  }
}
