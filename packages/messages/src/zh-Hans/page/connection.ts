// The connection to etcd, in Simplified Chinese.
import type { Translation } from '../../catalogue.ts'
import type { connection as english } from '../../en/page/connection.ts'

export const connection = {
  connecting: '正在连接…',
  connected: '自 {time} 已连接',
  noLeader: '自 {time} 没有领导者',
  lost: '自 {time} etcd 无应答',
  refused: '自 {time} 被 etcd 拒绝',
  mixed: '自 {time} 有两个集群',
  serverLost: '自 {time} 服务器无应答',
  hints: {
    connecting: 'Registree 尚未收到 etcd 的应答',
    connected: '{endpoint} 上的 {member} 有应答，集群 {clusterId}',
    connectedTo: '{endpoint} 有应答',
    noLeader: '{endpoint} 上的 {member} 有应答，但没有多数：运行中的成员太少，或它们无法互相访问',
    lost: '{why} Registree 会继续尝试，并在 etcd 应答时重新读取此页面。',
    lastAnswer: '最后一次应答：{time}',
    serverLost: 'Registree 本身没有应答。显示的内容来自之前。',
  },
  etcd: 'etcd',
  unnamed: '成员 {id}',
  alone: '没有领导者：这是 {member} 的状态，可能已过时',
  lostLong: '自 {time} etcd 无应答；内容可能已过时',
  lostNothing: '自 {time} etcd 无应答；正在重试',
  refusedLong: '自 {time} 被 etcd 拒绝访问；内容可能已过时',
  refusedNothing: '自 {time} 被 etcd 拒绝访问',
  serverLostLong: '自 {time} Registree 无应答；内容可能已过时',
  serverLostNothing: '自 {time} Registree 无应答；正在重试',
  mixedLong: '端点属于两个 etcd 集群：均未读取',
  replaced: '在 {time} 被还原或替换',
  announce: {
    live: 'etcd 有应答。',
    lost: 'etcd 没有应答。Registree 会继续尝试。',
    mixed: '端点属于两个不同的 etcd 集群。',
    serverLost: 'Registree 服务器没有应答。',
    replaced: 'etcd 已被还原或替换。页面已重新读取。',
  },
} satisfies Translation<typeof english>
