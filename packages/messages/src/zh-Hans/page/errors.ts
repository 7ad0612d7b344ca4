// What each error code means to a person, and what they can do, in Simplified Chinese.
import type { Translation } from '../../catalogue.ts'
import type { errors as english } from '../../en/page/errors.ts'

export const errors = {
  BAD_REQUEST: { title: '服务器无法识别此地址', hint: '链接的一部分可能缺失或损坏。' },
  CLUSTER_NOT_FOUND: { title: '这里没有这个集群', hint: '链接可能来自另一个 Registree。' },
  KEY_NOT_FOUND: { title: '没有这个键', hint: '它可能已被删除，或当时尚不存在。' },
  NOT_FOUND: { title: '此地址没有内容', hint: '请检查链接。' },
  RESOURCE_NOT_FOUND: { title: '此集群中没有这种资源', hint: '其目录可能为空。' },
  REVISION_COMPACTED: { title: '此修订版本已被压缩', hint: 'etcd 不再保留该状态。仍可读取当前值。' },
  REVISION_IN_FUTURE: { title: '此修订版本尚不存在', hint: '链接可能来自另一个集群，或来自还原之前。' },
  KEYSPACE_UNAVAILABLE: { title: '此集群没有该键空间', hint: '概览说明了原因。' },
  SOURCE_UNREACHABLE: { title: '无法连接到 etcd', hint: '请检查端点是否在运行，以及能否从运行 Registree 的位置访问。' },
  SOURCE_TIMEOUT: { title: 'etcd 没有及时应答', hint: '它可能过载或没有法定人数。请稍后重试。' },
  SOURCE_AUTH: { title: '身份认证失败', hint: '请检查用户、密码和客户端证书。' },
  SOURCE_FORBIDDEN: {
    title: '此 etcd 用户不能读取此内容',
    hint: '请为此用户的某个角色授予读取权限，或用其他用户或客户端证书启动 Registree。',
  },
  SOURCE_CORRUPT: { title: '文件在此处已损坏', hint: '概览列出了发现的问题；备份的其他副本可能完好。' },
  SOURCE_ERROR: { title: 'etcd 应答了一个错误', hint: '其消息见上。' },
  SOURCE_NO_LEADER: { title: 'etcd 没有领导者', hint: '运行中的成员不足多数。单个成员持有的内容仍可读取。' },
  SOURCE_MIXED: {
    title: '端点属于两个不同的 etcd 集群',
    hint: '请只用一个集群的端点重新启动 Registree。第二个集群应作为配置中单独的一项。',
  },
  SOURCE_CHANGED: { title: '读取期间与 etcd 的连接中断', hint: 'etcd 可能在此期间被还原或替换。请重新读取。' },
  VALUE_TOO_LARGE: { title: '此值太大，无法显示', hint: '请改为下载原始字节。' },
  MASKED: { title: '此值已被遮盖', hint: '用 --reveal-secrets 启动 Registree 即可查看。' },
  FORBIDDEN_HOST: { title: 'Registree 不接受此主机名', hint: '请使用启动时输出的地址，或用 --allowed-host 添加该名称。' },
  METHOD_NOT_ALLOWED: { title: 'Registree 只读取', hint: '它只应答 GET 和 HEAD。' },
  BUSY: { title: '同时读取的人太多', hint: '请等待此集群的其他页面完成，然后重试。' },
  CANCELLED: { title: '读取已取消', hint: '请重试。' },
  INTERNAL: { title: 'Registree 出错', hint: '请查看服务器日志，并报告此错误。' },
  SERVER_UNREACHABLE: { title: 'Registree 服务器没有应答', hint: '它可能已停止。请重新启动，然后重试。' },
  UNEXPECTED_ANSWER: { title: '服务器给出了意外的应答', hint: '中间可能有代理，或页面比服务器旧：请重新加载。' },
} satisfies Translation<typeof english>
