// Formats the ports of Services and pods: `http 80:30803/TCP → 8080`.
import { integerAt, type KubeObject, objectsAt, textAt } from '@registree/kube'

export const SERVICE_PORT_FIELDS = ['.spec.type', '.spec.ports', '.spec.healthCheckNodePort']
export const POD_PORT_FIELDS = ['.spec.containers[*].ports', '.spec.containers[*].name']

type Wanted = (port: { port: number | null; nodePort: number | null }) => boolean

/** The selected ports of a Service as kubectl prints them: the node port follows a colon. */
export function servicePorts(service: KubeObject, wanted: Wanted = () => true): string[] {
  return objectsAt(service, 'spec', 'ports').flatMap((one) => {
    const port = integerAt(one, 'port') ?? null
    const nodePort = integerAt(one, 'nodePort') || null
    if (!wanted({ port, nodePort })) return []
    const target = textAt(one, 'targetPort') || String(integerAt(one, 'targetPort') ?? '')
    const numbers = `${port ?? ''}${nodePort === null ? '' : `:${nodePort}`}/${textAt(one, 'protocol') || 'TCP'}`
    const to = target === '' || target === '0' || target === String(port) ? '' : ` → ${target}`
    return [`${textAt(one, 'name')} ${numbers}${to}`.trim()]
  })
}

/** The selected container ports of a pod, with their containers. */
export function podPorts(pod: KubeObject, wanted: (port: { port: number | null; hostPort: number | null }) => boolean): string[] {
  return objectsAt(pod, 'spec', 'containers').flatMap((container) =>
    objectsAt(container, 'ports').flatMap((one) => {
      const port = integerAt(one, 'containerPort') ?? null
      const hostPort = integerAt(one, 'hostPort') || null
      if (!wanted({ port, hostPort })) return []
      const numbers = `${port ?? ''}${hostPort === null ? '' : `:${hostPort}`}/${textAt(one, 'protocol') || 'TCP'}`
      return [`${textAt(container, 'name')}: ${textAt(one, 'name')} ${numbers}`.replace(':  ', ': ')]
    }),
  )
}
