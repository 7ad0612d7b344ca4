// The codes of errors as pages know them: the server's, and what only the browser can notice.
import type { ErrorCode } from '@registree/contract'

/** Codes added by the browser: the server did not answer, or answered something else. */
export type ClientErrorCode = ErrorCode | 'SERVER_UNREACHABLE' | 'UNEXPECTED_ANSWER'
