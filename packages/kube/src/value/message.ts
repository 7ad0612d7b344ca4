// A sentence as the packages tell it: which one and what fills it in. Whoever shows it writes it out in the reader's language.

/** Numbers that must not be rounded are text. */
export type MessageParams = Record<string, string | number | string[]>

/** One of the sentences that `Params` lists: the code is the name of a member, `params` its value. */
export type MessageOf<Params extends { [Code in keyof Params]: MessageParams }> = {
  [Code in keyof Params & string]: { code: Code; params: Params[Code] }
}[keyof Params & string]
