// How old a page is, in Traditional Chinese.
import type { Translation } from '../../catalogue.ts'
import type { freshness as english } from '../../en/page/freshness.ts'

export const freshness = {
  revision: '修訂版本 {revision}',
  index: 'v2 索引 {index}',
  pinned: '已固定',
  read: '{age} 前讀取',
  readShort: '{age} 前',
  newer: '有 {n, number} 個更新的修訂版本',
  newerChanges: '有 {n, number} 處更新的變更',
  newerShort: '{n, number} 個更新',
  interrupted: '讀取於連線中斷之前',
  interruptedShort: '中斷之前',
  failed: '無法重新讀取',
  failedShort: '未重新讀取',
  reload: '重新載入',
  reloadLong: '以最新修訂版本重新讀取此頁面',
  exact: '讀取於 {time}',
  exactNewest: 'etcd 位於修訂版本 {revision}',
  interruptedLong: '此後與 etcd 的連線曾中斷：不知道內容是否仍然有效。重新載入會再次讀取。',
} satisfies Translation<typeof english>
