// Notices about a source, by code, in Traditional Chinese.
import type { Translation } from '../catalogue.ts'
import type { notices as english } from '../en/notices.ts'

export const notices = {
  'log-applied':
    '從日誌中讀取：有 {writes, number} 次寫入尚未進入資料庫檔案（raft 索引 {databaseIndex}；日誌到 {shownIndex} 為止）。etcd 啟動時也會這樣做。',
  'log-missing':
    '未顯示：日誌中有 {writes, number} 次寫入，原因是 {reason}。目前顯示的是 raft 索引 {shownIndex} 處的狀態，比 etcd 會顯示的內容舊。',
  'log-short': '日誌只能讀到 raft 索引 {reached}，但直到 {committed} 的項目都已提交：缺少 {entries, number} 個項目，顯示的內容可能已過時。',
  'log-uncertain':
    '未顯示：日誌末尾有 {writes, number} 次寫入（raft 索引 {first} 到 {last}）可能未被多數成員提交。其他成員的資料目錄可能給出答案。',
  'log-torn': '日誌在位元組 {offset} 處以一條未寫完的記錄結束，如同崩潰之後。在此之前的內容都已讀取。',
  'log-damaged': '位元組 {offset} 處的記錄{problem}。之後的變更未顯示。',
  'log-data-after-end':
    '日誌在位元組 {offset} 處結束（該處記錄的長度為零），但從位元組 {at} 起還有資料。etcd 會忽略這些資料，並在啟動時將其覆蓋，因此未顯示。在此檔案上啟動 etcd 之前，請先保留一份副本。',
  'log-unreadable': '無法讀取日誌：{reason}。只存在於日誌中的變更未顯示。',
  'ages-unknown': '此檔案中沒有任何內容說明它是何時產生的：最近變更的值都沒有時間。存在時間未知，也不判斷心跳、刪除和租約。',
  'ages-encrypted':
    '此檔案中可讀的內容都沒有說明它是何時產生的：最近變更的 {looked, number} 個值中，有 {encrypted, number} 個已加密且沒有可用的金鑰。存在時間未知，也不判斷心跳、刪除和租約。請用 --encryption-config 提供金鑰。',
  'no-log': '此資料庫旁沒有日誌（member/wal）：etcd 只寫入日誌的內容未顯示。',
  'database-behind-snapshot':
    '資料庫位於 raft 索引 {databaseIndex}，但成員的快照位於 {snapshotIndex}，而與之對應的資料庫（{file}）缺失：etcd 無法用這些檔案啟動。',
  'sent-database':
    '顯示的是 {file} 而不是 db：它由領導者隨 raft 索引 {snapshotIndex} 處的快照一起傳送，而 db 只到 {databaseIndex}。etcd 啟動時會將其放到正確的位置。',
  'restored-bumped': '這是用 --bump-revision 和 --mark-compacted 還原的：它從修訂版本 {revision} 繼續，不提供更早的修訂版本。',
  'sha256-mismatch': '快照末尾的總和檢查碼不相符：檔案在儲存之後被變更或損壞。',
  'sha256-cut': '快照末尾的總和檢查碼不完整：檔案被截斷或變長了。前面的資料庫（{size, number} 位元組）是完整的，但無法驗證。',
  'freelist-wrong':
    '{inUseCount, plural, =0 {} =1 {頁 {inUse} 既在使用中，又在可用頁清單中。} other {# 個頁既在使用中，又在可用頁清單中，例如 {inUse}。}}{twiceCount, plural, =0 {} =1 {頁 {twice} 在可用頁清單中出現多次。} other {# 個頁在可用頁清單中出現多次，例如 {twice}。}}{lostCount, plural, =0 {} =1 {頁 {lost} 既未使用，也不在可用頁清單中。} other {# 個頁既未使用，也不在可用頁清單中，例如 {lost}。}}「etcdctl snapshot status」會拒絕此檔案，「snapshot restore」會崩潰或永不結束。{whole, plural, =1 {所有鍵都可以讀取。「bbolt surgery freelist abandon FILE --output COPY」會寫出一份不含該清單的副本，etcdctl 可用 --skip-hash-check 接受它。} other {}}',
  'freelist-unreadable':
    '可用頁清單（頁 {page}）{problem}。「etcdctl snapshot status」會拒絕此檔案，「snapshot restore」會崩潰或永不結束。{whole, plural, =1 {所有鍵都可以讀取。「bbolt surgery freelist abandon FILE --output COPY」會寫出一份不含該清單的副本，etcdctl 可用 --skip-hash-check 接受它。} other {}}',
  'meta-page-unusable': '中繼資料頁 {page, number} {why}；使用另一個。',
  'meta-page-unchecked': '中繼資料頁 {page, number} 沒有總和檢查碼：由舊版本寫入，或已損壞。',
  'state-of-older-transaction':
    '最後一個交易（{newer}）的狀態無法完整讀取，因此顯示它之前的交易（{older}）。檔案可能是在 etcd 寫入時複製的；請改用「etcdctl snapshot save」備份。',
  'file-cut': '檔案被截斷：資料庫有 {size, number} 位元組，而這裡只有 {here, number} 位元組。缺少的內容無法顯示；請使用其他副本。',
  'entry-outside-buckets': '忽略了一個不在任何 bucket 中的項目：etcd 不會寫入這樣的項目。',
  'bucket-broken': '無法讀取 bucket {bucket}：{why}。',
  'tree-circle': '樹的深度超過 {most, number} 頁：它形成了迴圈。',
  'page-broken': '頁 {page} {why}。',
  'entry-left-out': '頁 {page} 的元素 {element, number} {why}；已略過。',
  'more-like-it': '還有更多這樣的問題；未列出。',
  'bucket-key-missing': '沒有「key」bucket：這不是 etcd v3 的資料庫，或其 bucket 清單已損壞。',
  'keys-gathered':
    '無法沿著鍵的樹讀取。在仍然存在的 {pages, number} 頁上找到了 {changes, number} 次變更，顯示的是其結果：缺少一些鍵，有些鍵可能顯示為變更或刪除之前的狀態。',
  'record-size': '{name} 為 {size, number} 位元組，而不是 {expected, number} 位元組。',
  'record-no-revision': '{name} 不是修訂版本。',
  'record-unreadable':
    '無法讀取{kind, select, downgrade {上次降級的記錄} member {成員 {name} 的記錄} alarm {警示的記錄} user {使用者 {name} 的記錄} other {角色 {name} 的記錄}}。',
  'compaction-unfinished':
    '到修訂版本 {scheduled} 的壓縮正在進行（已完成：{finished}）：{scheduled} 之前的修訂版本可能已部分消失，因此不提供。',
  'snapshot-not-in-log': '最新的快照（raft 索引 {index}）不在日誌中；與 etcd 一樣，使用 raft 索引 {used} 的快照。',
  'snapshot-unmentioned': '日誌沒有提到 raft 索引 {index} 的快照；仍然使用它。',
  'snapshot-without-log': '快照旁沒有日誌：之後的變更未顯示。',
  'snapshot-passed-over': '略過了此快照：{why}。',
  'log-after-snapshot': '日誌從 raft 索引 {first} 開始，晚於快照的 {start}：快照之後的變更未顯示。',
  'entry-unreadable': '無法讀取 raft 索引 {index} 的項目；它所變更的內容未顯示。',
  'certificates-unused': '未使用：{settings}。所有端點都未使用 TLS；如需 TLS，請寫 https://。',
  'password-unencrypted': '密碼會不經 TLS 傳送到 {endpoints}，而到其他端點則使用 TLS。請為所有端點寫 https://。',
  'quota-nearly-full':
    '資料庫已達配額的 {percent, number}%：{dbSizeQuota, number} 位元組中已有 {dbSize, number} 位元組{dbSizeInUse, plural, =0 {} other {（其中 # 位元組在使用中）}}。{full, select, yes {下一次寫入會觸發 NOSPACE 警示；此後 etcd 不再接受寫入。} other {寫滿後 etcd 會觸發 NOSPACE 警示，不再接受寫入。}}請壓縮歷史並重組成員的資料庫（etcdctl compact、defrag），或調高 --quota-backend-bytes。',
  downgrade: '叢集正在降級到 {target}。現在可以用該版本的成員替換其成員；「etcdctl downgrade cancel」會終止降級。',
  'grpc-proxy': '{endpoints} 處由 gRPC 代理回應：它不提供成員 ID，其狀態是其後某個成員的狀態。v2 API 只在成員自身上提供。',
  kine: '此處由 kine 回應：k3s 使用 SQL 資料庫代替 etcd。它沒有成員、Raft、警示和 v2 鍵空間，也不說明租約還剩多久。{keysOnly, plural, =0 {此版本（0.14 之前）在列出鍵時會讀取值，並且不保留鍵的版本。} other {}}{ranges, plural, =0 {此版本（0.16 之前）無法列出不以 / 開頭的鍵。} other {}}',
  'user-restricted': '使用者 {user} 只能讀取鍵空間的一部分：{ranges, plural, =0 {無} other {{readable}}}',
  'alarm-nospace':
    '成員 {member} 的資料庫已達到配額：整個叢集除刪除外不再接受寫入，因此 Kubernetes 無法做任何變更。請壓縮歷史、重組成員的資料庫並解除警示（etcdctl compact、defrag、alarm disarm）。',
  'alarm-corrupt': '成員 {member} 的資料與其他成員不同：請勿信任它的回應。停止該成員，並讓它在沒有資料的情況下重新加入。',
  'alarm-other': '成員 {member} 觸發了警示 {alarm}。',
  'client-certificate-expired':
    '用戶端憑證 {subject} 已於 {until} 過期，因此 etcd 會拒絕它。請更新憑證（kubeadm：「kubeadm certs renew」）並重新啟動 Registree。',
  'client-certificate-not-yet-valid':
    '用戶端憑證 {subject} 在 {from} 之前無效，因此在此之前 etcd 會拒絕它。請檢查本機以及簽發它的機器的時鐘。',
  'client-certificate-server-only':
    '憑證 {subject} 不適用於用戶端（其擴充金鑰用法中沒有 clientAuth），因此 etcd 會拒絕它。請提供用戶端憑證及其私密金鑰：在 kubeadm 控制平面主機上是 /etc/kubernetes/pki 中的 etcd/healthcheck-client.crt 或 apiserver-etcd-client.crt。',
  'ca-expired': 'CA {subject} 已於 {until} 過期：由它簽發的憑證都不再有效。請提供取代它的 CA。',
  'ca-not-yet-valid': 'CA {subject} 在 {from} 之前無效。請檢查本機的時鐘。',
  'ca-is-no-ca': '憑證 {subject} 不是 CA。請使用簽發它的 CA 的憑證：{issuer}。',
  'no-consensus': '自 {since} 起 etcd 無法透過共識讀取（沒有領導者或沒有法定人數）：這是 {member} 的資料，可能已過時。',
  'history-cluster-id': '{endpoint} 處的 etcd 已被還原或替換：其叢集 ID 從 {before} 變為 {after}。之前讀取的資料屬於另一段歷史。',
  'history-revision-back': '{endpoint} 處的 etcd 已被還原或替換：其修訂版本從 {before} 退回到 {after}。之前讀取的資料屬於另一段歷史。',
  'history-term-back': '{endpoint} 處的 etcd 已被還原或替換：其 Raft 任期從 {before} 退回到 {after}。之前讀取的資料屬於另一段歷史。',
  'history-index-back': '{endpoint} 處的 etcd 已被還原或替換：其 Raft 索引從 {before} 退回到 {after}。之前讀取的資料屬於另一段歷史。',
  'v2-port-grpc-only': '{endpoint} 的連接埠只支援 gRPC（--listen-client-http-urls）：v2 API 若存在，則在另一個連接埠上。',
  'members-unread': '無法列出成員：{why}',
  'endpoint-failed': '{why}',
  'keyspace-unread': '{why}',
  'v3-unreadable': '無法讀取 v3 鍵空間：{reason}。',
  'v2-unreadable': '無法讀取 v2 鍵空間：{reason}。',
  'pages-unchecked': '無法檢查頁面：{reason}。',
  'checksum-unchecked': '無法驗證總和檢查碼：{reason}。',
  'file-changed': '{why}請重新啟動 Registree 以再次讀取。',
} satisfies Translation<typeof english>
