// What puzzles who looks into etcd for the first time, in Traditional Chinese.
import type { Translation } from '../../catalogue.ts'
import type { glossary as english } from '../../en/page/glossary.ts'

export const glossary = {
  title: '術語',
  whatIs: '這是什麼？{title}',
  all: '所有術語',
  subtitle: '第一次檢視 etcd 的人會感到困惑的內容。',
  links: {
    keys: '{directory} 的鍵',
    table: '{resource} 的表格',
    key: '鍵 {key}',
    page: '頁面：{page}',
  },
  terms: {
    minions: {
      title: 'minions/',
      text: '這裡儲存 Node 物件。在 Kubernetes 1.0 之前，節點稱為 minion；重新命名該目錄會使所有正在執行的叢集無法使用。',
    },
    ranges: {
      title: 'ranges/',
      text: '每個鍵儲存一個 RangeAllocation：Service 位址或節點連接埠的範圍，以及每個位址或連接埠占一個位元的點陣圖。設為 1 表示已分配；較新的叢集還會儲存 IPAddress 物件。',
    },
    masterleases: {
      title: 'masterleases/',
      text: '每個 API 伺服器都將其位址帶租約寫在這裡，並不斷續約。這些位址成為 Service kubernetes 的端點；停止的 API 伺服器會在其租約過期後消失。',
    },
    compactRevKey: {
      title: 'compact_rev_key',
      text: '各 API 伺服器在這裡商定由誰壓縮 etcd：每五分鐘由其中一個寫入它所壓縮的修訂版本。該鍵的版本就是壓縮的次數。',
    },
    keyspaces: {
      title: 'v2 和 v3',
      text: 'etcd 有兩個獨立的鍵空間：Kubernetes 使用的 v3（gRPC），以及較舊的 flannel 使用、etcd 3.6 不再提供的 v2（HTTP）。一個鍵空間中的鍵在另一個中並不存在，即使名稱相同。',
    },
    lease: {
      title: '租約和 TTL',
      text: 'etcd 租約在其生存時間（TTL）內未續約時會刪除其鍵；Kubernetes 為 Event 附加這種租約。Kubernetes 的 Lease 物件則不同：它是儲存的物件，由持有者更新以表明自己仍在執行。',
    },
    revision: {
      title: '修訂版本和 resourceVersion',
      text: '每次寫入 etcd 都會得到下一個修訂版本，它是整個鍵空間共用的編號。物件的 resourceVersion 並不儲存：API 伺服器填入其最後一次寫入的修訂版本（mod revision）。',
    },
    storedVersion: {
      title: '儲存版本',
      text: '物件以一個 API 版本儲存，即最後一次寫入時 API 伺服器偏好的版本。以其他版本讀取時會進行轉換；在移除某個版本之前，必須重寫以該版本儲存的物件。',
    },
    finalizers: {
      title: '終結器',
      text: '清理任務的名稱：被刪除的物件會一直保留，直到每個控制器都移除了自己的終結器。如果控制器已不存在，就沒有元件移除該名稱，刪除便會卡住。',
    },
    managedFields: {
      title: 'managedFields',
      text: '記錄每個寫入者（管理員）設定了哪些欄位以及何時設定，用於伺服器端套用。kubectl 預設隱藏它們，除非使用 --show-managed-fields。',
    },
    flannelSubnets: {
      title: 'flannel 的子網路租約',
      text: '每個節點租用 Pod 網路的一個子網路，並將其儲存為以子網路命名的鍵，例如 172.30.36.0-24。除非 flannel 續約，該鍵會在 24 小時後過期；之後其他節點可能得到該子網路。',
    },
  },
} satisfies Translation<typeof english>
