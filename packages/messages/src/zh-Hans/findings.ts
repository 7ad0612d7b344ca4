// What findings say and what their links are called, in Simplified Chinese.
import { finalizers } from './finalizers.ts'

export const findings = {
  ...finalizers,
  'stored-text': '{text}',

  'missing-node': '绑定到节点 {node}，但该节点没有 Node 对象。',
  'phase-still': '其阶段仍为 {phase}。',

  'name-differs': '键中的名称是 {key}，对象中的名称是 {object}。',
  'key-without-name': '键中没有名称，对象中的名称是 {object}。',
  'namespace-differs': '键位于命名空间 {key}，对象中的命名空间是 {object}。',
  'key-without-namespace': '键中没有命名空间，对象中的命名空间是 {object}。',

  'missing-definition': 'CustomResourceDefinition {definition} 不存在，但仍有 {objects, number} 个该资源的对象（{bytes, number} 字节）。',
  'missing-namespace': '命名空间 {namespace} 不存在，但其中有 {objects, number} 个对象：{kinds}。',
  'owner-missing': '它的属主不存在：{owner}。',
  'owners-gone': '它的属主都不存在：{owners}{more, plural, =0 {} other {，以及另外 # 个}}。',

  'address-leaked': '{range} 中的{holds, select, port {节点端口} other {地址}} {entry} 已分配，但没有 Service 使用它。',
  'address-unallocated': '{holds, select, port {节点端口} other {地址}} {entry} 在 {range} 中未分配：可能会再分配给另一个 Service。',
  'address-shared': '{holds, select, port {节点端口} other {地址}} {entry} 同时属于多个 Service：{services}。',
  'address-object-leaked': '地址 {address} 分配给了 Service {service}，但该 Service 不存在。',
  'address-object-missing': '没有 IPAddress {address}：该地址可能会再分配给另一个 Service。',
  'address-object-of-other': '它的地址 {address} 已分配给 Service {service}。',

  'heartbeat-never': '从未上报过。',
  'heartbeat-ago': '上次心跳在 {age} 前。',
  'heartbeat-at': '上次心跳时间为 {time}。',
  'ready-missing': '没有 Ready 状况。',
  'ready-still': '仍标记为 Ready。',
  'ready-is': 'Ready 为 {status}。',
  'ready-for': 'Ready 为 {status} 已持续 {age}。',
  'ready-since': '自 {time} 起 Ready 为 {status}。',
  'reason-missing': '未给出原因。',

  'lease-not-renewed': '已有 {age} 未续约（租约期限 {seconds} 秒）。最后的持有者：{holder}。',

  'deletion-asked': '{age} 前请求删除。',
  'held-by-finalizers': '被以下终结器保留：{finalizers}。',
  'held-by-nothing': '没有终结器保留它。',
  'deletion-unfinished': '删除一直没有完成。',
  'kubelet-not-confirmed': '{node} 的 kubelet 尚未确认其容器已终止。',

  'every-pod-needed': '全部 {expected, number} 个 Pod 都必须保持健康，因此不允许驱逐任何一个。',

  'version-removed': '以 {apiVersion} 存储，自 Kubernetes {release} 起不再提供该版本。',
  'version-removed-later': '{objects, number} 个 {kind} 对象以 {apiVersion} 存储，从 Kubernetes {release} 起将不再提供该版本。',
  'version-not-listed': '以 {apiVersion} 存储，但其定义未列出该版本（{versions}）：API 服务器无法读取它。',
  'nodes-run': '节点运行的是 {release}。',
  'version-now': '现在的版本是 {apiVersion}。',
  'version-without-successor': '没有替代版本。',

  'kind-unknown': '{objects, number} 个 {apiVersion} {kind} 对象，Registree 不认识该类型。',
  'kind-newer': 'Registree 认识的类型截至 Kubernetes {release}。',
  'kind-never-stored':
    'Kubernetes 本身从不存储此类型（{why, select, question {对服务器或 Webhook 的询问} subresource {子资源} parameters {请求的参数} discovery {由服务器计算的发现信息} computed {每次读取时计算} frame {监视事件的帧} list {列表，其中每个对象有自己的键} other {没有存储的类型}}）：它是由其他程序写入的。',
  'kind-shown': '元数据已解码，其余按字段编号显示，原始字节与存储时一致。',

  'value-size': '{bytes, number} 字节',
  'value-size-rounded': '不超过 {bytes, number} 字节',
  'key-written': '自创建以来写入了 {times, number} 次',
} as const

export const findingLinks = {
  'link-pods-of-node': '{node} 上的 Pod',
  'link-node': '节点 {node}',
  'link-lease': '{node} 的租约',
  'link-namespace': '{namespace} 中的内容',
  'link-all': '全部 {resource}',
  'link-service': 'Service {service}',
  'link-allocation': '分配记录',
} as const
