// Which controller removes a finalizer.

export const finalizers = {
  'finalizer-foreground': 'The garbage collector removes it when every dependent that blocks the deletion is gone.',
  'finalizer-orphan': 'The garbage collector removes it when the dependents no longer name this object as their owner.',
  'finalizer-namespace': 'The namespace controller removes it when nothing is left in the namespace.',
  'finalizer-pvc-protection': 'The controller manager removes it when no pod uses the claim.',
  'finalizer-pv-protection': 'The controller manager removes it when no claim is bound to the volume.',
  'finalizer-vac-protection': 'The controller manager removes it when nothing uses the class.',
  'finalizer-load-balancer': 'The cloud’s service controller removes it when the load balancer is gone.',
  'finalizer-job-tracking': 'The job controller removes it when it has counted the pod.',
  'finalizer-definition': 'The API server removes it when every object of this definition is deleted.',
  'finalizer-provisioner': 'The CSI provisioner removes it when the storage behind the volume is deleted.',
  'finalizer-attacher': 'The CSI attacher removes it when the volume is detached from every node.',
  'finalizer-resource-claim': 'The controller manager removes it when no pod uses the claim.',
  'finalizer-gke-neg': 'GKE’s controller of network endpoint groups removes it.',
  'finalizer-aws-load-balancer': 'The AWS load balancer controller removes it.',
  'finalizer-unknown': 'Kubernetes does not define it: the controller that set it must remove it, and until then the object stays.',
  'finalizer-of-domain': 'Kubernetes does not define it: the controller of {domain} must remove it, and until then the object stays.',
} as const
