// Errors that nobody handled: what the log says of them, and which of them end the process.

/**
 * What kind of error it is and where it was thrown. Without its message: a parser's, for example, quotes what it read.
 * @returns `code` if it has one, and the stack's frames, innermost first; neither for what is no Error
 */
export function withoutMessage(error: unknown): { type: string; code?: string; at: string[] } {
  if (!(error instanceof Error)) return { type: typeof error, at: [] }
  const { message, stack = '' } = error
  const { code } = error as { code?: unknown }
  const from = stack.indexOf(message)
  return {
    type: error.constructor.name,
    ...(typeof code === 'string' ? { code } : {}),
    at: (from < 0 ? '' : stack.slice(from + message.length)).split('\n').flatMap((line) => /^\s+at (.*)/.exec(line)?.[1] ?? []),
  }
}

/**
 * A rejection that nobody awaited is a fault of one request's work: it is logged, and the others go on. An exception outside of any promise may have
 * left anything half done: that one ends the process.
 */
export function outliveRejections(log: { error(what: object, message: string): void }): void {
  process.on('unhandledRejection', (reason) => log.error({ error: withoutMessage(reason) }, 'unhandled rejection'))
}
