// What puzzles who looks into etcd for the first time, in Simplified Chinese.
import type { Translation } from '../../catalogue.ts'
import type { glossary as english } from '../../en/page/glossary.ts'

export const glossary = {
  title: '术语',
  whatIs: '这是什么？{title}',
  all: '所有术语',
  subtitle: '第一次查看 etcd 的人会感到困惑的内容。',
  links: {
    keys: '{directory} 的键',
    table: '{resource} 的表格',
    key: '键 {key}',
    page: '页面：{page}',
  },
  terms: {
    minions: {
      title: 'minions/',
      text: '这里存储 Node 对象。在 Kubernetes 1.0 之前，节点称为 minion；重命名该目录会使所有正在运行的集群无法使用。',
    },
    ranges: {
      title: 'ranges/',
      text: '每个键保存一个 RangeAllocation：Service 地址或节点端口的范围，以及每个地址或端口占一位的位图。置位表示已分配；较新的集群还会保存 IPAddress 对象。',
    },
    masterleases: {
      title: 'masterleases/',
      text: '每个 API 服务器都将其地址带租约写在这里，并不断续订。这些地址成为 Service kubernetes 的端点；停止的 API 服务器会在其租约过期后消失。',
    },
    compactRevKey: {
      title: 'compact_rev_key',
      text: '各 API 服务器在这里商定由谁压缩 etcd：每五分钟由其中一个写入它所压缩的修订版本。该键的版本就是压缩的次数。',
    },
    keyspaces: {
      title: 'v2 和 v3',
      text: 'etcd 有两个独立的键空间：Kubernetes 使用的 v3（gRPC），以及较旧的 flannel 使用、etcd 3.6 不再提供的 v2（HTTP）。一个键空间中的键在另一个中并不存在，即使名称相同。',
    },
    lease: {
      title: '租约和 TTL',
      text: 'etcd 租约在其生存时间（TTL）内未续订时会删除其键；Kubernetes 为 Event 附加这种租约。Kubernetes 的 Lease 对象则不同：它是存储的对象，由持有者更新以表明自己仍在运行。',
    },
    revision: {
      title: '修订版本和 resourceVersion',
      text: '每次写入 etcd 都会得到下一个修订版本，它是整个键空间共用的编号。对象的 resourceVersion 并不存储：API 服务器填入其最后一次写入的修订版本（mod revision）。',
    },
    storedVersion: {
      title: '存储版本',
      text: '对象以一个 API 版本存储，即最后一次写入时 API 服务器首选的版本。以其他版本读取时会进行转换；在移除某个版本之前，必须重写以该版本存储的对象。',
    },
    finalizers: {
      title: '终结器',
      text: '清理任务的名称：被删除的对象会一直保留，直到每个控制器都移除了自己的终结器。如果控制器已不存在，就没有组件移除该名称，删除便会卡住。',
    },
    managedFields: {
      title: 'managedFields',
      text: '记录每个写入者（管理器）设置了哪些字段以及何时设置，用于服务器端应用。kubectl 默认隐藏它们，除非使用 --show-managed-fields。',
    },
    flannelSubnets: {
      title: 'flannel 的子网租约',
      text: '每个节点租用 Pod 网络的一个子网，并将其存储为以子网命名的键，例如 172.30.36.0-24。除非 flannel 续订，该键会在 24 小时后过期；之后其他节点可能得到该子网。',
    },
  },
} satisfies Translation<typeof english>
