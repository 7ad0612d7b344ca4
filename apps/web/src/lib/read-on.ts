// Answers that arrive line by line are drawn before they are whole. A page that is left meanwhile leaves a part of one behind.

/**
 * For `refetchOnMount`: a page that returns to a part of an answer reads it again, however fresh it is; nothing else would ever complete it.
 * For pages that do not offer to read on themselves.
 */
export const readOn =
  <T>(isWhole: (data: T) => boolean) =>
  ({ state: { data } }: { state: { data: T | undefined } }): boolean | 'always' =>
    data === undefined || isWhole(data) ? true : 'always'
