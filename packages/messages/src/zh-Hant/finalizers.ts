// Which controller removes a finalizer, in Traditional Chinese.

export const finalizers = {
  'finalizer-foreground': '當所有阻止刪除的從屬物件都已不存在時，垃圾回收器會移除它。',
  'finalizer-orphan': '當從屬物件不再將此物件作為擁有者時，垃圾回收器會移除它。',
  'finalizer-namespace': '當命名空間中沒有剩餘內容時，命名空間控制器會移除它。',
  'finalizer-pvc-protection': '當沒有 Pod 使用此宣告時，控制器管理員會移除它。',
  'finalizer-pv-protection': '當沒有宣告綁定到此磁碟區時，控制器管理員會移除它。',
  'finalizer-vac-protection': '當沒有物件使用此類時，控制器管理員會移除它。',
  'finalizer-load-balancer': '當負載平衡器已被刪除時，雲端平台的服務控制器會移除它。',
  'finalizer-job-tracking': 'Job 控制器在統計完此 Pod 後會移除它。',
  'finalizer-definition': '當此定義的所有物件都被刪除時，API 伺服器會移除它。',
  'finalizer-provisioner': '當磁碟區背後的儲存已被刪除時，CSI 佈建器會移除它。',
  'finalizer-attacher': '當磁碟區已從所有節點卸離時，CSI 掛接器會移除它。',
  'finalizer-resource-claim': '當沒有 Pod 使用此宣告時，控制器管理員會移除它。',
  'finalizer-gke-neg': 'GKE 的網路端點組控制器會移除它。',
  'finalizer-aws-load-balancer': 'AWS 負載平衡器控制器會移除它。',
  'finalizer-unknown': '它不是 Kubernetes 定義的：設定它的控制器必須移除它，在此之前物件會一直保留。',
  'finalizer-of-domain': '它不是 Kubernetes 定義的：{domain} 的控制器必須移除它，在此之前物件會一直保留。',
} as const
