// What is wrong with a query of a search, by code, in Traditional Chinese.
import type { Translation } from '../catalogue.ts'
import type { queries as english } from '../en/queries.ts'

export const queries = {
  'query-empty': '問題是空的。',
  'query-long': '問題超過 2,000 個字元。',
  'terms-many': '問題超過 32 個條件。',
  'quote-open': '第 {from} 個字元處的引號沒有閉合。',
  'text-missing': '第 {from} 個字元處的條件，冒號之後缺少內容。',
  'field-path': '第 {from} 個字元處的欄位路徑無法解析。寫法如 spec.containers[*].image=shop:*。',
  number: '第 {from} 個字元處應為整數，例如 >1000。',
  size: '第 {from} 個字元處應為大小，例如 >100KiB。',
  age: '第 {from} 個字元處應為時長，例如 <10m 或 >7d。',
  lease: '第 {from} 個字元處應為十六進位的租約 ID，或 any，或 none。',
  'yes-or-no': '第 {from} 個字元處應為 yes 或 no。',
  'pattern-group': '規則運算式的括號在第 {from} 個字元處不相符。',
  'pattern-class': '規則運算式在第 {from} 個字元處的字元類別沒有閉合，或其範圍顛倒。',
  'pattern-escape': '第 {from} 個字元處的跳脫在規則運算式中沒有意義。',
  'pattern-repeat': '第 {from} 個字元處的重複沒有可重複的內容，或其界限顛倒。',
  'pattern-unsupported': '規則運算式不支援環視、反向參照和 \\b：見第 {from} 個字元。',
  'pattern-large': '規則運算式太大。',
  'pattern-costly': '對這些文字而言，規則運算式需要的狀態太多。請縮短它，或用單個字元代替重複的群組。',
} satisfies Translation<typeof english>
