// What findings say and what their links are called, in Traditional Chinese.
import { finalizers } from './finalizers.ts'

export const findings = {
  ...finalizers,
  'stored-text': '{text}',

  'missing-node': '綁定到節點 {node}，但該節點沒有 Node 物件。',
  'phase-still': '其階段仍為 {phase}。',

  'name-differs': '鍵中的名稱是 {key}，物件中的名稱是 {object}。',
  'key-without-name': '鍵中沒有名稱，物件中的名稱是 {object}。',
  'namespace-differs': '鍵位於命名空間 {key}，物件中的命名空間是 {object}。',
  'key-without-namespace': '鍵中沒有命名空間，物件中的命名空間是 {object}。',

  'missing-definition': 'CustomResourceDefinition {definition} 不存在，但仍有 {objects, number} 個該資源的物件（{bytes, number} 位元組）。',
  'missing-namespace': '命名空間 {namespace} 不存在，但其中有 {objects, number} 個物件：{kinds}。',
  'owner-missing': '它的擁有者不存在：{owner}。',
  'owners-gone': '它的擁有者都不存在：{owners}{more, plural, =0 {} other {，以及另外 # 個}}。',

  'address-leaked': '{range} 中的{holds, select, port {節點連接埠} other {位址}} {entry} 已分配，但沒有 Service 使用它。',
  'address-unallocated': '{holds, select, port {節點連接埠} other {位址}} {entry} 在 {range} 中未分配：可能會再分配給另一個 Service。',
  'address-shared': '{holds, select, port {節點連接埠} other {位址}} {entry} 同時屬於多個 Service：{services}。',
  'address-object-leaked': '位址 {address} 分配給了 Service {service}，但該 Service 不存在。',
  'address-object-missing': '沒有 IPAddress {address}：該位址可能會再分配給另一個 Service。',
  'address-object-of-other': '它的位址 {address} 已分配給 Service {service}。',

  'heartbeat-never': '從未回報過。',
  'heartbeat-ago': '上次心跳在 {age} 前。',
  'heartbeat-at': '上次心跳時間為 {time}。',
  'ready-missing': '沒有 Ready 狀況。',
  'ready-still': '仍標記為 Ready。',
  'ready-is': 'Ready 為 {status}。',
  'ready-for': 'Ready 為 {status} 已持續 {age}。',
  'ready-since': '自 {time} 起 Ready 為 {status}。',
  'reason-missing': '未給出原因。',

  'lease-not-renewed': '已有 {age} 未續約（租約期限 {seconds} 秒）。最後的持有者：{holder}。',

  'deletion-asked': '{age} 前請求刪除。',
  'held-by-finalizers': '被以下終結器保留：{finalizers}。',
  'held-by-nothing': '沒有終結器保留它。',
  'deletion-unfinished': '刪除一直沒有完成。',
  'kubelet-not-confirmed': '{node} 的 kubelet 尚未確認其容器已終止。',

  'every-pod-needed': '全部 {expected, number} 個 Pod 都必須保持健康，因此不允許驅逐任何一個。',

  'version-removed': '以 {apiVersion} 儲存，自 Kubernetes {release} 起不再提供該版本。',
  'version-removed-later': '{objects, number} 個 {kind} 物件以 {apiVersion} 儲存，從 Kubernetes {release} 起將不再提供該版本。',
  'version-not-listed': '以 {apiVersion} 儲存，但其定義未列出該版本（{versions}）：API 伺服器無法讀取它。',
  'nodes-run': '節點執行的是 {release}。',
  'version-now': '現在的版本是 {apiVersion}。',
  'version-without-successor': '沒有替代版本。',

  'kind-unknown': '{objects, number} 個 {apiVersion} {kind} 物件，Registree 不認識該類型。',
  'kind-newer': 'Registree 認識的類型截至 Kubernetes {release}。',
  'kind-never-stored':
    'Kubernetes 本身從不儲存此類型（{why, select, question {對伺服器或 Webhook 的詢問} subresource {子資源} parameters {請求的參數} discovery {由伺服器計算的發現資訊} computed {每次讀取時計算} frame {監視事件的訊框} list {清單，其中每個物件有自己的鍵} other {沒有儲存的類型}}）：它是由其他程式寫入的。',
  'kind-shown': '中繼資料已解碼，其餘依欄位編號顯示，原始位元組與儲存時一致。',

  'value-size': '{bytes, number} 位元組',
  'value-size-rounded': '不超過 {bytes, number} 位元組',
  'key-written': '自建立以來寫入了 {times, number} 次',
} as const

export const findingLinks = {
  'link-pods-of-node': '{node} 上的 Pod',
  'link-node': '節點 {node}',
  'link-lease': '{node} 的租約',
  'link-namespace': '{namespace} 中的內容',
  'link-all': '全部 {resource}',
  'link-service': 'Service {service}',
  'link-allocation': '分配記錄',
} as const
