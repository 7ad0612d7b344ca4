// How old a page is, in Simplified Chinese.
import type { Translation } from '../../catalogue.ts'
import type { freshness as english } from '../../en/page/freshness.ts'

export const freshness = {
  revision: '修订版本 {revision}',
  index: 'v2 索引 {index}',
  pinned: '已固定',
  read: '{age} 前读取',
  readShort: '{age} 前',
  newer: '有 {n, number} 个更新的修订版本',
  newerChanges: '有 {n, number} 处更新的更改',
  newerShort: '{n, number} 个更新',
  interrupted: '读取于连接中断之前',
  interruptedShort: '中断之前',
  failed: '无法重新读取',
  failedShort: '未重新读取',
  reload: '重新加载',
  reloadLong: '以最新修订版本重新读取此页面',
  exact: '读取于 {time}',
  exactNewest: 'etcd 位于修订版本 {revision}',
  interruptedLong: '此后与 etcd 的连接曾中断：不知道内容是否仍然有效。重新加载会再次读取。',
} satisfies Translation<typeof english>
