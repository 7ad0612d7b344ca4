// Which controller removes a finalizer, in Simplified Chinese.

export const finalizers = {
  'finalizer-foreground': '当所有阻止删除的从属对象都已不存在时，垃圾收集器会移除它。',
  'finalizer-orphan': '当从属对象不再将此对象作为属主时，垃圾收集器会移除它。',
  'finalizer-namespace': '当命名空间中没有剩余内容时，命名空间控制器会移除它。',
  'finalizer-pvc-protection': '当没有 Pod 使用此申领时，控制器管理器会移除它。',
  'finalizer-pv-protection': '当没有申领绑定到此卷时，控制器管理器会移除它。',
  'finalizer-vac-protection': '当没有对象使用此类时，控制器管理器会移除它。',
  'finalizer-load-balancer': '当负载均衡器已被删除时，云平台的服务控制器会移除它。',
  'finalizer-job-tracking': 'Job 控制器在统计完此 Pod 后会移除它。',
  'finalizer-definition': '当此定义的所有对象都被删除时，API 服务器会移除它。',
  'finalizer-provisioner': '当卷背后的存储已被删除时，CSI 制备器会移除它。',
  'finalizer-attacher': '当卷已从所有节点分离时，CSI 挂接器会移除它。',
  'finalizer-resource-claim': '当没有 Pod 使用此申领时，控制器管理器会移除它。',
  'finalizer-gke-neg': 'GKE 的网络端点组控制器会移除它。',
  'finalizer-aws-load-balancer': 'AWS 负载均衡器控制器会移除它。',
  'finalizer-unknown': '它不是 Kubernetes 定义的：设置它的控制器必须移除它，在此之前对象会一直保留。',
  'finalizer-of-domain': '它不是 Kubernetes 定义的：{domain} 的控制器必须移除它，在此之前对象会一直保留。',
} as const
