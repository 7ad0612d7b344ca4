// The view of a RangeAllocation, in Simplified Chinese.
import type { Translation } from '../../catalogue.ts'
import type { allocation as english } from '../../en/page/allocation.ts'

export const allocation = {
  label: '分配',
  loading: '正在读取 Service',
  usage: '{holds, select, ports {{used, number} / {total, number} 个端口} other {{used, number} / {total, number} 个地址}}（{percent}）',
  free: '空闲 {n, number} 个',
  filters: '显示哪些条目',
  states: { all: '全部', held: '已持有', leaked: '泄漏', missing: '缺失', shared: '共享' },
  hints: {
    all: '所有已分配或被持有的条目',
    held: '已分配，并由某个 Service 持有',
    leaked: '已分配，但没有 Service 持有：由未完成的删除遗留，直到 API 服务器的修复循环将其释放',
    missing: '由某个 Service 持有，但未分配：可能被再次分配',
    shared: '由多个 Service 持有',
  },
  row: { held: '已持有', leaked: '泄漏', missing: '未分配', unknown: '持有者未知' },
  run: '{holds, select, ports {{n, number} 个端口} other {{n, number} 个地址}}',
  shared: '共享',
  columns: { addresses: '地址', ports: '端口', state: '状态', holder: 'Service' },
  healthCheck: '用于其健康检查',
  forPort: '用于端口 {port}',
  filter: '{holds, select, ports {按端口或 Service 筛选} other {按地址或 Service 筛选}}',
  countOf: '{shown, number} / {holds, select, ports {{n, number} 个端口} other {{n, number} 个地址}}',
  none: '没有任何分配，也没有 Service 持有此范围中的内容。',
  noneFound: '没有内容匹配“{filter}”。',
  noneOf: {
    all: '',
    held: '没有已分配的条目由 Service 持有。',
    leaked: '没有无人持有的已分配条目。',
    missing: 'Service 持有的条目都已分配。',
    shared: '没有条目由多个 Service 持有。',
  },
  services: '已与同一修订版本的 {read, number} 个 Service 比较。',
  uncertain: '显示为泄漏的条目可能由未读取的 Service 持有。',
  outside: '另有 {bits, number} 个已置位的位在此范围中没有意义：该位图是为另一个范围生成的。',
  ipAddresses: '此集群也存储 IPAddress 对象。自 1.33 起，Kubernetes 默认用它们分配 Service 地址，可能不再更新此位图。',
} satisfies Translation<typeof english>
