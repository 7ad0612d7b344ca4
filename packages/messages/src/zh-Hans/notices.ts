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
  'log-damaged': '字节 {offset} 处的记录{problem}。之后的更改未显示。',
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
    '空闲页列表（页 {page}）{problem}。“etcdctl snapshot status”会拒绝此文件，“snapshot restore”会崩溃或永不结束。{whole, plural, =1 {所有键都可以读取。“bbolt surgery freelist abandon FILE --output COPY”会写出一份不含该列表的副本，etcdctl 可用 --skip-hash-check 接受它。} other {}}',
  'meta-page-unusable': '元数据页 {page, number} {why}；使用另一个。',
  'meta-page-unchecked': '元数据页 {page, number} 没有校验和：由旧版本写入，或已损坏。',
  'state-of-older-transaction':
    '最后一个事务（{newer}）的状态无法完整读取，因此显示它之前的事务（{older}）。文件可能是在 etcd 写入时复制的；请改用“etcdctl snapshot save”备份。',
  'file-cut': '文件被截断：数据库有 {size, number} 字节，而这里只有 {here, number} 字节。缺少的内容无法显示；请使用其他副本。',
  'entry-outside-buckets': '忽略了一个不在任何桶中的条目：etcd 不会写入这样的条目。',
  'bucket-broken': '无法读取桶 {bucket}：{why}。',
  'tree-circle': '树的深度超过 {most, number} 页：它形成了循环。',
  'page-broken': '页 {page} {why}。',
  'entry-left-out': '页 {page} 的元素 {element, number} {why}；已略过。',
  'more-like-it': '还有更多这样的问题；未列出。',
  'bucket-key-missing': '没有桶“key”：这不是 etcd v3 的数据库，或其桶列表已损坏。',
  'keys-gathered':
    '无法沿着键的树读取。在仍然存在的 {pages, number} 页上找到了 {changes, number} 次更改，显示的是其结果：缺少一些键，有些键可能显示为更改或删除之前的状态。',
  'record-size': '{name} 为 {size, number} 字节，而不是 {expected, number} 字节。',
  'record-no-revision': '{name} 不是修订版本。',
  'record-unreadable':
    '无法读取{kind, select, downgrade {上次降级的记录} member {成员 {name} 的记录} alarm {警报的记录} user {用户 {name} 的记录} other {角色 {name} 的记录}}。',
  'compaction-unfinished':
    '到修订版本 {scheduled} 的压缩正在进行（已完成：{finished}）：{scheduled} 之前的修订版本可能已部分消失，因此不提供。',
  'snapshot-not-in-log': '最新的快照（raft 索引 {index}）不在日志中；与 etcd 一样，使用 raft 索引 {used} 的快照。',
  'snapshot-unmentioned': '日志没有提到 raft 索引 {index} 的快照；仍然使用它。',
  'snapshot-without-log': '快照旁没有日志：之后的更改未显示。',
  'snapshot-passed-over': '略过了此快照：{why}。',
  'log-after-snapshot': '日志从 raft 索引 {first} 开始，晚于快照的 {start}：快照之后的更改未显示。',
  'entry-unreadable': '无法读取 raft 索引 {index} 的条目；它所更改的内容未显示。',
  'certificates-unused': '未使用：{settings}。所有端点都未使用 TLS；如需 TLS，请写 https://。',
  'password-unencrypted': '密码会不经 TLS 发送到 {endpoints}，而到其他端点则使用 TLS。请为所有端点写 https://。',
  'quota-nearly-full':
    '数据库已达配额的 {percent, number}%：{dbSizeQuota, number} 字节中已有 {dbSize, number} 字节{dbSizeInUse, plural, =0 {} other {（其中 # 字节在使用中）}}。{full, select, yes {下一次写入会触发 NOSPACE 警报；此后 etcd 不再接受写入。} other {写满后 etcd 会触发 NOSPACE 警报，不再接受写入。}}请压缩历史并对成员进行碎片整理（etcdctl compact、defrag），或调高 --quota-backend-bytes。',
  downgrade: '集群正在降级到 {target}。现在可以用该版本的成员替换其成员；“etcdctl downgrade cancel”会终止降级。',
  'grpc-proxy': '{endpoints} 处由 gRPC 代理应答：它不提供成员 ID，其状态是其后某个成员的状态。v2 API 只在成员自身上提供。',
  kine: '此处由 kine 应答：k3s 使用 SQL 数据库代替 etcd。它没有成员、Raft、警报和 v2 键空间，也不说明租约还剩多久。{keysOnly, plural, =0 {此版本（0.14 之前）在列出键时会读取值，并且不保留键的版本。} other {}}{ranges, plural, =0 {此版本（0.16 之前）无法列出不以 / 开头的键。} other {}}',
  'user-restricted': '用户 {user} 只能读取键空间的一部分：{ranges, plural, =0 {无} other {{readable}}}',
  'alarm-nospace':
    '成员 {member} 的数据库已达到配额：整个集群除删除外不再接受写入，因此 Kubernetes 无法做任何更改。请压缩历史、对成员进行碎片整理并解除警报（etcdctl compact、defrag、alarm disarm）。',
  'alarm-corrupt': '成员 {member} 的数据与其他成员不同：请勿信任它的应答。停止该成员，并让它在没有数据的情况下重新加入。',
  'alarm-other': '成员 {member} 触发了警报 {alarm}。',
  'client-certificate-expired':
    '客户端证书 {subject} 已于 {until} 过期，因此 etcd 会拒绝它。请续期（kubeadm：“kubeadm certs renew”）并重新启动 Registree。',
  'client-certificate-not-yet-valid':
    '客户端证书 {subject} 在 {from} 之前无效，因此在此之前 etcd 会拒绝它。请检查本机以及签发它的机器的时钟。',
  'client-certificate-server-only':
    '证书 {subject} 不适用于客户端（其扩展密钥用法中没有 clientAuth），因此 etcd 会拒绝它。请提供客户端证书及其私钥：在 kubeadm 控制平面主机上是 /etc/kubernetes/pki 中的 etcd/healthcheck-client.crt 或 apiserver-etcd-client.crt。',
  'ca-expired': 'CA {subject} 已于 {until} 过期：由它签发的证书都不再有效。请提供取代它的 CA。',
  'ca-not-yet-valid': 'CA {subject} 在 {from} 之前无效。请检查本机的时钟。',
  'ca-is-no-ca': '证书 {subject} 不是 CA。请使用签发它的 CA 的证书：{issuer}。',
  'no-consensus': '自 {since} 起 etcd 无法通过共识读取（没有领导者或没有法定人数）：这是 {member} 的数据，可能已过时。',
  'history-cluster-id': '{endpoint} 处的 etcd 已被恢复或替换：其集群 ID 从 {before} 变为 {after}。之前读取的数据属于另一段历史。',
  'history-revision-back': '{endpoint} 处的 etcd 已被恢复或替换：其修订版本从 {before} 退回到 {after}。之前读取的数据属于另一段历史。',
  'history-term-back': '{endpoint} 处的 etcd 已被恢复或替换：其 Raft 任期从 {before} 退回到 {after}。之前读取的数据属于另一段历史。',
  'history-index-back': '{endpoint} 处的 etcd 已被恢复或替换：其 Raft 索引从 {before} 退回到 {after}。之前读取的数据属于另一段历史。',
  'v2-port-grpc-only': '{endpoint} 的端口只支持 gRPC（--listen-client-http-urls）：v2 API 若存在，则在另一个端口上。',
  'members-unread': '无法列出成员：{why}',
  'endpoint-failed': '{why}',
  'keyspace-unread': '{why}',
  'v3-unreadable': '无法读取 v3 键空间：{reason}。',
  'v2-unreadable': '无法读取 v2 键空间：{reason}。',
  'pages-unchecked': '无法检查页面：{reason}。',
  'checksum-unchecked': '无法验证校验和：{reason}。',
  'file-changed': '{why}请重新启动 Registree 以再次读取。',
} satisfies Translation<typeof english>
