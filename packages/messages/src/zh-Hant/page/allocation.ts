// The view of a RangeAllocation, in Traditional Chinese.
import type { Translation } from '../../catalogue.ts'
import type { allocation as english } from '../../en/page/allocation.ts'

export const allocation = {
  label: '分配',
  loading: '正在讀取 Service',
  usage: '{holds, select, ports {{used, number} / {total, number} 個連接埠} other {{used, number} / {total, number} 個位址}}（{percent}）',
  free: '可用 {n, number} 個',
  filters: '顯示哪些項目',
  states: { all: '全部', held: '已持有', leaked: '洩漏', missing: '缺失', shared: '共享' },
  hints: {
    all: '所有已分配或被持有的項目',
    held: '已分配，並由某個 Service 持有',
    leaked: '已分配，但沒有 Service 持有：由未完成的刪除遺留，直到 API 伺服器的修復迴圈將其釋放',
    missing: '由某個 Service 持有，但未分配：可能被再次分配',
    shared: '由多個 Service 持有',
  },
  row: { held: '已持有', leaked: '洩漏', missing: '未分配', unknown: '持有者未知' },
  run: '{holds, select, ports {{n, number} 個連接埠} other {{n, number} 個位址}}',
  shared: '共享',
  columns: { addresses: '位址', ports: '連接埠', state: '狀態', holder: 'Service' },
  healthCheck: '用於其健康檢查',
  forPort: '用於連接埠 {port}',
  filter: '{holds, select, ports {依連接埠或 Service 篩選} other {依位址或 Service 篩選}}',
  countOf: '{shown, number} / {holds, select, ports {{n, number} 個連接埠} other {{n, number} 個位址}}',
  none: '沒有任何分配，也沒有 Service 持有此範圍中的內容。',
  noneFound: '沒有內容符合「{filter}」。',
  noneOf: {
    all: '',
    held: '沒有已分配的項目由 Service 持有。',
    leaked: '沒有無人持有的已分配項目。',
    missing: 'Service 持有的項目都已分配。',
    shared: '沒有項目由多個 Service 持有。',
  },
  services: '已與同一修訂版本的 {read, number} 個 Service 比較。',
  uncertain: '顯示為洩漏的項目可能由未讀取的 Service 持有。',
  outside: '另有 {bits, number} 個設為 1 的位元在此範圍中沒有意義：該點陣圖是為另一個範圍產生的。',
  ipAddresses: '此叢集也儲存 IPAddress 物件。自 1.33 起，Kubernetes 預設用它們分配 Service 位址，可能不再更新此點陣圖。',
} satisfies Translation<typeof english>
