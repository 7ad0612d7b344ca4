// Notices about a source, by code, in Simplified Chinese.
import type { Translation } from '../catalogue.ts'
import type { notices as english } from '../en/notices.ts'

export const notices = {
  'log-applied':
    '从日志中读取：有 {writes, number} 次写入尚未进入数据库文件（raft 索引 {databaseIndex}；日志到 {shownIndex} 为止）。etcd 启动时也会这样做。',
  'log-missing':
    '未显示：日志中有 {writes, number} 次写入，原因是 {reason}。当前显示的是 raft 索引 {shownIndex} 处的状态，比 etcd 会显示的内容旧。',
  'log-short': '日志只能读到 raft 索引 {reached}，但直到 {committed} 的条目都已提交：缺少 {entries, number} 个条目，显示的内容可能已过时。',
  'log-uncertain':
    '未显示：日志末尾有 {writes, number} 次写入（raft 索引 {first} 到 {last}）可能未被多数成员提交。其他成员的数据目录可能给出答案。',
  'log-torn': '日志在字节 {offset} 处以一条未写完的记录结束，如同崩溃之后。在此之前的内容都已读取。',
  'log-damaged': '字节 {offset} 处的记录有问题：{problem}。之后的更改未显示。',
  'log-data-after-end':
    '日志在字节 {offset} 处结束（该处记录的长度为零），但从字节 {at} 起还有数据。etcd 会忽略这些数据，并在启动时将其覆盖，因此未显示。在此文件上启动 etcd 之前，请先保留一份副本。',
  'log-unreadable': '无法读取日志：{reason}。只存在于日志中的更改未显示。',
  'ages-unknown': '此文件中没有任何内容说明它是何时生成的：最近更改的值都没有时间。存在时长未知，也不判断心跳、删除和租约。',
  'ages-encrypted':
    '此文件中可读的内容都没有说明它是何时生成的：最近更改的 {looked, number} 个值中，有 {encrypted, number} 个已加密且没有可用的密钥。存在时长未知，也不判断心跳、删除和租约。请用 --encryption-config 提供密钥。',
  'no-log': '此数据库旁没有日志（member/wal）：etcd 只写入日志的内容未显示。',
  'database-behind-snapshot':
    '数据库位于 raft 索引 {databaseIndex}，但成员的快照位于 {snapshotIndex}，而与之对应的数据库（{file}）缺失：etcd 无法用这些文件启动。',
  'sent-database':
    '显示的是 {file} 而不是 db：它由领导者随 raft 索引 {snapshotIndex} 处的快照一起发送，而 db 只到 {databaseIndex}。etcd 启动时会将其放到正确的位置。',
  'restored-bumped': '这是用 --bump-revision 和 --mark-compacted 恢复的：它从修订版本 {revision} 继续，不提供更早的修订版本。',
  'sha256-mismatch': '快照末尾的校验和不匹配：文件在保存之后被更改或损坏。',
  'sha256-cut': '快照末尾的校验和不完整：文件被截断或变长了。前面的数据库（{size, number} 字节）是完整的，但无法校验。',
  'freelist-wrong':
    '{inUseCount, plural, =0 {} =1 {页 {inUse} 既在使用中，又在空闲页列表中。} other {# 个页既在使用中，又在空闲页列表中，例如 {inUse}。}}{twiceCount, plural, =0 {} =1 {页 {twice} 在空闲页列表中出现多次。} other {# 个页在空闲页列表中出现多次，例如 {twice}。}}{lostCount, plural, =0 {} =1 {页 {lost} 既未使用，也不在空闲页列表中。} other {# 个页既未使用，也不在空闲页列表中，例如 {lost}。}}“etcdctl snapshot status”会拒绝此文件，“snapshot restore”会崩溃或永不结束。{whole, plural, =1 {所有键都可以读取。“bbolt surgery freelist abandon FILE --output COPY”会写出一份不含该列表的副本，etcdctl 可用 --skip-hash-check 接受它。} other {}}',
  'freelist-unreadable':
    '空闲页列表（页 {page}）有问题：{problem}。“etcdctl snapshot status”会拒绝此文件，“snapshot restore”会崩溃或永不结束。{whole, plural, =1 {所有键都可以读取。“bbolt surgery freelist abandon FILE --output COPY”会写出一份不含该列表的副本，etcdctl 可用 --skip-hash-check 接受它。} other {}}',
} satisfies Translation<typeof english>
