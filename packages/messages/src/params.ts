// The types of a message's parameters, read from its ICU pattern by the type checker.
import type { GetICUArgs } from '@schummar/icu-type-parser'

/** Fills `{name}`: a text as it is, or a list, which is joined as the language joins lists. */
type TextParam = string | readonly string[]
/** Fills `{n, number}` and `{n, plural, …}`; a string is a decimal integer of any length, and is not rounded. */
type NumberParam = number | bigint | string

interface ParamTypes {
  ICUArgument: TextParam
  ICUNumberArgument: NumberParam
  ICUDateArgument: Date
}

type Flat<T> = { [K in keyof T]: T[K] }

/** What `format` needs to fill the pattern `P`: `{}` for a pattern without parameters. */
export type Params<P extends string> = Flat<GetICUArgs<P, ParamTypes>>

/** The names of the tags in a pattern: `code` for `Run <code>etcdctl</code>`. */
export type Tags<P extends string> = P extends `${string}</${infer Tag}>${infer Rest}` ? Tag | Tags<Rest> : never

/** A message as it travels: `code` names it, `params` fill it in. */
export interface AnyMessage {
  readonly code: string
  readonly params: MessageParams
}

/**
 * Parameters as they travel: what the type checker knows nothing about. A message, or several in a row, can be a parameter of another, and so can a
 * list whose items are said by one or more messages each.
 */
export type MessageParams = Readonly<
  Record<string, string | number | readonly string[] | AnyMessage | readonly AnyMessage[] | readonly (readonly AnyMessage[])[]>
>

/** The parameters of the pattern `P` as they travel: a text may be a message itself, and numbers that JSON cannot hold are text. */
export type NestedParams<P extends string> = {
  [K in keyof Params<P>]: TextParam extends Params<P>[K]
    ? TextParam | AnyMessage | readonly AnyMessage[] | readonly (readonly AnyMessage[])[]
    : NumberParam extends Params<P>[K]
      ? number | string
      : Params<P>[K]
}
