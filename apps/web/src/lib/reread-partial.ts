// Reads an answer again if its page was left before all of it had arrived.

/**
 * For `refetchOnMount` of a query that draws its answer line by line. The part that was drawn stays in the cache, and however fresh it is, it is not
 * the answer. Only for pages without a button that continues a stopped reading.
 */
export const rereadPartial =
  <T>(isWhole: (data: T) => boolean) =>
  ({ state: { data } }: { state: { data: T | undefined } }): boolean | 'always' =>
    data === undefined || isWhole(data) ? true : 'always'
