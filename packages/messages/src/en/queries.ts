// What is wrong with a query of a search, by code; `from` counts characters from 1.
export const queries = {
  'query-empty': 'The query is empty.',
  'query-long': 'The query is longer than 2,000 characters.',
  'terms-many': 'The query has more than 32 terms.',
  'quote-open': 'The quotation mark at character {from} is not closed.',
  'text-missing': 'Something must follow the colon of the term at character {from}.',
  'field-path': 'The path of the field cannot be read at character {from}. It is like spec.containers[*].image=shop:*.',
  number: 'At character {from}, a whole number is expected, as in >1000.',
  size: 'At character {from}, a size is expected, as in >100KiB.',
  age: 'At character {from}, an age is expected, as in <10m or >7d.',
  lease: 'At character {from}, the id of a lease in hexadecimal is expected, or any, or none.',
  'yes-or-no': 'At character {from}, yes or no is expected.',
  'pattern-group': 'The parentheses of the regular expression do not match at character {from}.',
  'pattern-class': 'The character class of the regular expression at character {from} is not closed, or its range is reversed.',
  'pattern-escape': 'The escape at character {from} means nothing in a regular expression.',
  'pattern-repeat': 'The repetition at character {from} has nothing to repeat, or its limits are reversed.',
  'pattern-unsupported': 'Look-around, back references and \\b are not supported in regular expressions: see character {from}.',
  'pattern-large': 'The regular expression is too large.',
  'pattern-costly':
    'The regular expression needs too many states for these texts. Make it shorter, or replace repeated groups by single characters.',
} as const
