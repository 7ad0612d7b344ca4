// The connection to etcd, in Traditional Chinese.
import type { Translation } from '../../catalogue.ts'
import type { connection as english } from '../../en/page/connection.ts'

export const connection = {
  connecting: '正在連線…',
  connected: '自 {time} 已連線',
  noLeader: '自 {time} 沒有領導者',
  lost: '自 {time} etcd 無回應',
  refused: '自 {time} 被 etcd 拒絕',
  mixed: '自 {time} 有兩個叢集',
  serverLost: '自 {time} 伺服器無回應',
  hints: {
    connecting: 'Registree 尚未收到 etcd 的回應',
    connected: '{endpoint} 上的 {member} 有回應，叢集 {clusterId}',
    connectedTo: '{endpoint} 有回應',
    noLeader: '{endpoint} 上的 {member} 有回應，但沒有多數：執行中的成員太少，或它們無法互相連線',
    lost: '{why} Registree 會繼續嘗試，並在 etcd 回應時重新讀取此頁面。',
    lastAnswer: '最後一次回應：{time}',
    serverLost: 'Registree 本身沒有回應。顯示的內容來自之前。',
  },
  etcd: 'etcd',
  unnamed: '成員 {id}',
  alone: '沒有領導者：這是 {member} 的狀態，可能已過時',
  lostLong: '自 {time} etcd 無回應；內容可能已過時',
  lostNothing: '自 {time} etcd 無回應；正在重試',
  refusedLong: '自 {time} 被 etcd 拒絕存取；內容可能已過時',
  refusedNothing: '自 {time} 被 etcd 拒絕存取',
  serverLostLong: '自 {time} Registree 無回應；內容可能已過時',
  serverLostNothing: '自 {time} Registree 無回應；正在重試',
  mixedLong: '端點屬於兩個 etcd 叢集：均未讀取',
  replaced: '在 {time} 被還原或替換',
  announce: {
    live: 'etcd 有回應。',
    lost: 'etcd 沒有回應。Registree 會繼續嘗試。',
    mixed: '端點屬於兩個不同的 etcd 叢集。',
    serverLost: 'Registree 伺服器沒有回應。',
    replaced: 'etcd 已被還原或替換。頁面已重新讀取。',
  },
} satisfies Translation<typeof english>
