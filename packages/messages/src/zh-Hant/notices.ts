// Notices about a source, by code, in Traditional Chinese.
import type { Translation } from '../catalogue.ts'
import type { notices as english } from '../en/notices.ts'

export const notices = {
  'log-applied':
    '從日誌中讀取：有 {writes, number} 次寫入尚未進入資料庫檔案（raft 索引 {databaseIndex}；日誌到 {shownIndex} 為止）。etcd 啟動時也會這樣做。',
  'log-missing':
    '未顯示：日誌中有 {writes, number} 次寫入，原因是 {reason}。當前顯示的是 raft 索引 {shownIndex} 處的狀態，比 etcd 會顯示的內容舊。',
  'log-short': '日誌只能讀到 raft 索引 {reached}，但直到 {committed} 的條目都已提交：缺少 {entries, number} 個條目，顯示的內容可能已過時。',
  'log-uncertain':
    '未顯示：日誌末尾有 {writes, number} 次寫入（raft 索引 {first} 到 {last}）可能未被多數成員提交。其他成員的資料目錄可能給出答案。',
  'log-torn': '日誌在位元組 {offset} 處以一條未寫完的記錄結束，如同崩潰之後。在此之前的內容都已讀取。',
  'log-damaged': '位元組 {offset} 處的記錄有問題：{problem}。之後的更改未顯示。',
  'log-data-after-end':
    '日誌在位元組 {offset} 處結束（該處記錄的長度為零），但從位元組 {at} 起還有資料。etcd 會忽略這些資料，並在啟動時將其覆蓋，因此未顯示。在此檔案上啟動 etcd 之前，請先保留一份副本。',
  'log-unreadable': '無法讀取日誌：{reason}。只存在於日誌中的更改未顯示。',
  'ages-unknown': '此檔案中沒有任何內容說明它是何時生成的：最近更改的值都沒有時間。存在時長未知，也不判斷心跳、刪除和租約。',
  'ages-encrypted':
    '此檔案中可讀的內容都沒有說明它是何時生成的：最近更改的 {looked, number} 個值中，有 {encrypted, number} 個已加密且沒有可用的金鑰。存在時長未知，也不判斷心跳、刪除和租約。請用 --encryption-config 提供金鑰。',
  'no-log': '此資料庫旁沒有日誌（member/wal）：etcd 只寫入日誌的內容未顯示。',
  'database-behind-snapshot':
    '資料庫位於 raft 索引 {databaseIndex}，但成員的快照位於 {snapshotIndex}，而與之對應的資料庫（{file}）缺失：etcd 無法用這些檔案啟動。',
  'sent-database':
    '顯示的是 {file} 而不是 db：它由領導者隨 raft 索引 {snapshotIndex} 處的快照一起傳送，而 db 只到 {databaseIndex}。etcd 啟動時會將其放到正確的位置。',
  'restored-bumped': '這是用 --bump-revision 和 --mark-compacted 還原的：它從修訂版本 {revision} 繼續，不提供更早的修訂版本。',
  'sha256-mismatch': '快照末尾的校驗和不相符：檔案在儲存之後被更改或損壞。',
  'sha256-cut': '快照末尾的校驗和不完整：檔案被截斷或變長了。前面的資料庫（{size, number} 位元組）是完整的，但無法校驗。',
  'freelist-wrong':
    '{inUseCount, plural, =0 {} =1 {頁 {inUse} 既在使用中，又在空閒頁列表中。} other {# 個頁既在使用中，又在空閒頁列表中，例如 {inUse}。}}{twiceCount, plural, =0 {} =1 {頁 {twice} 在空閒頁列表中出現多次。} other {# 個頁在空閒頁列表中出現多次，例如 {twice}。}}{lostCount, plural, =0 {} =1 {頁 {lost} 既未使用，也不在空閒頁列表中。} other {# 個頁既未使用，也不在空閒頁列表中，例如 {lost}。}}「etcdctl snapshot status」會拒絕此檔案，「snapshot restore」會崩潰或永不結束。{whole, plural, =1 {所有鍵都可以讀取。「bbolt surgery freelist abandon FILE --output COPY」會寫出一份不含該列表的副本，etcdctl 可用 --skip-hash-check 接受它。} other {}}',
  'freelist-unreadable':
    '空閒頁列表（頁 {page}）有問題：{problem}。「etcdctl snapshot status」會拒絕此檔案，「snapshot restore」會崩潰或永不結束。{whole, plural, =1 {所有鍵都可以讀取。「bbolt surgery freelist abandon FILE --output COPY」會寫出一份不含該列表的副本，etcdctl 可用 --skip-hash-check 接受它。} other {}}',
} satisfies Translation<typeof english>
