// A sentence as the packages tell it: which one and what fills it in. Whoever shows it writes it out in the reader's language.

/** Numbers that must not be rounded are text. */
export type MessageParams = Record<string, string | number | string[] | readonly AnyMessage[] | readonly (readonly AnyMessage[])[]>

/** A message of another package, as a part of one of ours. */
export interface AnyMessage {
  readonly code: string
  readonly params: Readonly<
    Record<string, string | number | readonly string[] | AnyMessage | readonly AnyMessage[] | readonly (readonly AnyMessage[])[]>
  >
}

/** One of the sentences that `Params` lists: the code is the name of a member, `params` its value. */
export type MessageOf<Params extends { [Code in keyof Params]: MessageParams }> = {
  [Code in keyof Params & string]: { code: Code; params: Params[Code] }
}[keyof Params & string]
