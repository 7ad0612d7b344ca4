// kubectl's tables of access control: role bindings, certificates, pod security and admission.
// Facts: kubernetes pkg/printers/internalversion/printers.go, pkg/apis/rbac and pkg/apis/rbac/v1alpha1.

import { humanDuration } from '../summary/human-duration.ts'
import { integerAt, objectAt, objectsAt, textAt, textsAt, valueAt } from '../value/fields.ts'
import type { KubeObject } from '../value/value.ts'
import { addedIn, age, column, member, name, tableOf, text, wide } from './columns.ts'
import { formatLabels, goLabelSelector } from './selectors.ts'

function subjects(binding: KubeObject, kind: string): string {
  return objectsAt(binding, 'subjects')
    .map((subject) => {
      const subjectKind = textAt(subject, 'kind')
      // In rbac v1alpha1 "*" was the user for everybody.
      if (subjectKind === 'User' && textAt(subject, 'name') === '*' && textAt(binding, 'apiVersion').endsWith('/v1alpha1'))
        return { kind: 'Group', name: 'system:authenticated' }
      const namespace = subjectKind === 'ServiceAccount' ? textAt(subject, 'namespace') : ''
      return { kind: subjectKind, name: namespace === '' ? textAt(subject, 'name') : `${namespace}/${textAt(subject, 'name')}` }
    })
    .filter((subject) => subject.kind === kind)
    .map((subject) => subject.name)
    .join(', ')
}

export const roleBindings = tableOf(
  name,
  text('Role', ['.roleRef'], (object) => `${textAt(object, 'roleRef', 'kind')}/${textAt(object, 'roleRef', 'name')}`),
  age,
  ...(['User', 'Group', 'ServiceAccount'] as const).map((kind) =>
    wide(`${kind}s`, ['.apiVersion', '.subjects'], (object) => subjects(object, kind)),
  ),
)

function requestCondition(request: KubeObject): string {
  const types = objectsAt(request, 'status', 'conditions').map((condition) => textAt(condition, 'type'))
  const decision = types.includes('Denied') ? 'Denied' : types.includes('Approved') ? 'Approved' : 'Pending'
  const failed = types.includes('Failed') ? ',Failed' : ''
  return `${decision}${failed}${textAt(request, 'status', 'certificate') === '' ? '' : ',Issued'}`
}

export const certificateSigningRequests = tableOf(
  name,
  age,
  member('SignerName', '.spec.signerName', '<none>'),
  member('Requestor', '.spec.username'),
  addedIn(
    22,
    text('RequestedDuration', ['.spec.expirationSeconds'], (object) => {
      const seconds = integerAt(object, 'spec', 'expirationSeconds')
      return seconds === undefined ? '<none>' : humanDuration(seconds * 1000)
    }),
  ),
  text('Condition', ['.status.conditions', '.status.certificate'], requestCondition),
)

export const clusterTrustBundles = tableOf(name, member('SignerName', '.spec.signerName', '<none>'))

export const podCertificateRequests = tableOf(
  name,
  member('PodName', '.spec.podName'),
  member('ServiceAccountName', '.spec.serviceAccountName'),
  member('NodeName', '.spec.nodeName'),
  member('SignerName', '.spec.signerName'),
  text('State', ['.status.conditions'], (object) => {
    const states = ['Issued', 'Denied', 'Failed']
    const types = objectsAt(object, 'status', 'conditions').map((condition) => textAt(condition, 'type'))
    return types.findLast((type) => states.includes(type)) ?? 'Pending'
  }),
  addedIn(
    35,
    text('UnverifiedUserAnnotations', ['.spec.unverifiedUserAnnotations'], (object) =>
      formatLabels(valueAt(object, 'spec', 'unverifiedUserAnnotations')),
    ),
  ),
)

/** Removed in Kubernetes 1.25; these are the columns of the last release with it. */
export const podSecurityPolicies = tableOf(
  name,
  text('Priv', ['.spec.privileged'], (object) => String(valueAt(object, 'spec', 'privileged') === true)),
  text('Caps', ['.spec.allowedCapabilities'], (object) => textsAt(object, 'spec', 'allowedCapabilities').join(',')),
  member('SELinux', '.spec.seLinux.rule'),
  member('RunAsUser', '.spec.runAsUser.rule'),
  member('FsGroup', '.spec.fsGroup.rule'),
  member('SupGroup', '.spec.supplementalGroups.rule'),
  column(
    'ReadOnlyRootFs',
    'string',
    ['.spec.readOnlyRootFilesystem'],
    (object) => valueAt(object, 'spec', 'readOnlyRootFilesystem') === true,
  ),
  text('Volumes', ['.spec.volumes'], (object) => textsAt(object, 'spec', 'volumes').join(',')),
)

export const webhookConfigurations = tableOf(
  name,
  column('Webhooks', 'integer', ['.webhooks'], (object) => objectsAt(object, 'webhooks').length),
  age,
)

function policies(header: string, field: string) {
  return tableOf(
    name,
    column(header, 'integer', [`.spec.${field}`], (object) => objectsAt(object, 'spec', field).length),
    text('ParamKind', ['.spec.paramKind'], (object) => {
      const kind = objectAt(object, 'spec', 'paramKind')
      return kind === undefined ? '<unset>' : `${textAt(kind, 'apiVersion')}/${textAt(kind, 'kind')}`
    }),
    age,
  )
}

export const validatingAdmissionPolicies = policies('Validations', 'validations')
export const mutatingAdmissionPolicies = policies('Mutations', 'mutations')

function paramRef(object: KubeObject): string {
  const reference = objectAt(object, 'spec', 'paramRef')
  const referenced = textAt(reference, 'name')
  // Whether the parameters are namespaced is not stored here.
  if (referenced !== '') return `${textAt(reference, 'namespace') || '*'}/${referenced}`
  const selector = objectAt(reference, 'selector')
  return selector === undefined ? '<unset>' : goLabelSelector(selector)
}

export const admissionPolicyBindings = tableOf(
  name,
  member('PolicyName', '.spec.policyName'),
  text('ParamRef', ['.spec.paramRef'], paramRef),
  age,
)
