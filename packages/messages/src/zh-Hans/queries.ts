// What is wrong with a query of a search, by code, in Simplified Chinese.
import type { Translation } from '../catalogue.ts'
import type { queries as english } from '../en/queries.ts'

export const queries = {
  'query-empty': '问题是空的。',
  'query-long': '问题超过 2,000 个字符。',
  'terms-many': '问题超过 32 个条件。',
  'quote-open': '第 {from} 个字符处的引号没有闭合。',
  'text-missing': '第 {from} 个字符处的条件，冒号之后缺少内容。',
  'field-path': '第 {from} 个字符处的字段路径无法解析。写法如 spec.containers[*].image=shop:*。',
  number: '第 {from} 个字符处应为整数，例如 >1000。',
  size: '第 {from} 个字符处应为大小，例如 >100KiB。',
  age: '第 {from} 个字符处应为时长，例如 <10m 或 >7d。',
  lease: '第 {from} 个字符处应为十六进制的租约 ID，或 any，或 none。',
  'yes-or-no': '第 {from} 个字符处应为 yes 或 no。',
  'pattern-group': '正则表达式的括号在第 {from} 个字符处不匹配。',
  'pattern-class': '正则表达式在第 {from} 个字符处的字符类没有闭合，或其范围颠倒。',
  'pattern-escape': '第 {from} 个字符处的转义在正则表达式中没有意义。',
  'pattern-repeat': '第 {from} 个字符处的重复没有可重复的内容，或其界限颠倒。',
  'pattern-unsupported': '正则表达式不支持环视、反向引用和 \\b：见第 {from} 个字符。',
  'pattern-large': '正则表达式太大。',
  'pattern-costly': '对这些文本而言，正则表达式需要的状态太多。请缩短它，或用单个字符代替重复的组。',
} satisfies Translation<typeof english>
