// What each error code means to a person, and what they can do, in Traditional Chinese.
import type { Translation } from '../../catalogue.ts'
import type { errors as english } from '../../en/page/errors.ts'

export const errors = {
  BAD_REQUEST: { title: '伺服器無法識別此位址', hint: '連結的一部分可能缺失或損壞。' },
  CLUSTER_NOT_FOUND: { title: '這裡沒有這個叢集', hint: '連結可能來自另一個 Registree。' },
  KEY_NOT_FOUND: { title: '沒有這個鍵', hint: '它可能已被刪除，或當時尚不存在。' },
  NOT_FOUND: { title: '此位址沒有內容', hint: '請檢查連結。' },
  RESOURCE_NOT_FOUND: { title: '此叢集中沒有這種資源', hint: '其目錄可能為空。' },
  REVISION_COMPACTED: { title: '此修訂版本已被壓縮', hint: 'etcd 不再保留該狀態。仍可讀取目前值。' },
  REVISION_IN_FUTURE: { title: '此修訂版本尚不存在', hint: '連結可能來自另一個叢集，或來自還原之前。' },
  KEYSPACE_UNAVAILABLE: { title: '此叢集沒有該鍵空間', hint: '總覽說明了原因。' },
  SOURCE_UNREACHABLE: { title: '無法連線到 etcd', hint: '請檢查端點是否在執行，以及能否從執行 Registree 的位置連線到它。' },
  SOURCE_TIMEOUT: { title: 'etcd 沒有及時回應', hint: '它可能過載或沒有法定人數。請稍後重試。' },
  SOURCE_AUTH: { title: '身分驗證失敗', hint: '請檢查使用者、密碼和用戶端憑證。' },
  SOURCE_FORBIDDEN: {
    title: '此 etcd 使用者不能讀取此內容',
    hint: '請為此使用者的某個角色授予讀取權限，或用其他使用者或用戶端憑證啟動 Registree。',
  },
  SOURCE_CORRUPT: { title: '檔案在此處已損壞', hint: '總覽列出了發現的問題；備份的其他副本可能完好。' },
  SOURCE_ERROR: { title: 'etcd 回應了一個錯誤', hint: '其訊息見上。' },
  SOURCE_NO_LEADER: { title: 'etcd 沒有領導者', hint: '執行中的成員不足多數。單個成員持有的內容仍可讀取。' },
  SOURCE_MIXED: {
    title: '端點屬於兩個不同的 etcd 叢集',
    hint: '請只用一個叢集的端點重新啟動 Registree。第二個叢集應作為設定中單獨的一項。',
  },
  SOURCE_CHANGED: { title: '讀取期間與 etcd 的連線中斷', hint: 'etcd 可能在此期間被還原或替換。請重新讀取。' },
  VALUE_TOO_LARGE: { title: '此值太大，無法顯示', hint: '請改為下載原始位元組。' },
  MASKED: { title: '此值已被遮蓋', hint: '用 --reveal-secrets 啟動 Registree 即可檢視。' },
  FORBIDDEN_HOST: { title: 'Registree 不接受此主機名稱', hint: '請使用啟動時輸出的位址，或用 --allowed-host 新增該名稱。' },
  METHOD_NOT_ALLOWED: { title: 'Registree 只讀取', hint: '它只回應 GET 和 HEAD。' },
  BUSY: { title: '同時讀取的人太多', hint: '請等待此叢集的其他頁面完成，然後重試。' },
  CANCELLED: { title: '讀取已取消', hint: '請重試。' },
  INTERNAL: { title: 'Registree 發生錯誤', hint: '請檢視伺服器日誌，並回報此錯誤。' },
  SERVER_UNREACHABLE: { title: 'Registree 伺服器沒有回應', hint: '它可能已停止。請重新啟動，然後重試。' },
  UNEXPECTED_ANSWER: { title: '伺服器給出了意外的回應', hint: '中間可能有代理，或頁面比伺服器舊：請重新載入。' },
} satisfies Translation<typeof english>
