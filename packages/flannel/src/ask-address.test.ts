// An address is answered with everything that has it, the most specific first.
import { describe, expect, it } from 'vitest'
import { type AskInputs, askAddress } from './ask-address.ts'
import { parseNetworkConfig } from './network-config.ts'
import { parseSubnetLease } from './subnet-lease.ts'

const v3 = (key: string) => ({ keyspace: 'v3' as const, key })
const inputs: AskInputs = {
  networks: [
    {
      name: '/kube-centos/network',
      config: parseNetworkConfig('{"Network":"172.30.0.0/16","Backend":{"Type":"host-gw"}}'),
      configSource: { keyspace: 'v2', key: '/kube-centos/network/config' },
      leases: [
        parseSubnetLease({
          source: { keyspace: 'v2', key: '/kube-centos/network/subnets/172.30.36.0-24' },
          name: '172.30.36.0-24',
          value: '{"PublicIP":"172.20.0.115"}',
          expires: 'never',
        }),
      ],
    },
  ],
  nodes: [{ source: v3('/registry/minions/n1'), name: 'n1', addresses: ['172.20.0.115', 'fd00::1'], podCIDRs: [], heartbeat: null }],
  pods: [
    {
      source: v3('/registry/pods/shop/a'),
      namespace: 'shop',
      name: 'a',
      nodeName: 'n1',
      ips: ['172.30.36.7'],
      hostNetwork: false,
      phase: 'Running',
    },
  ],
  services: [{ source: v3('/registry/services/specs/default/kubernetes'), namespace: 'default', name: 'kubernetes', ips: ['10.254.0.1'] }],
  serviceRanges: [{ source: v3('/registry/ranges/serviceips'), cidr: '10.254.0.0/16' }],
}
const ask = (text: string) => askAddress(text, inputs)?.matches.map(({ kind, text: words }) => `${kind}: ${words}`)

describe('askAddress', () => {
  it.each([
    [
      ' 172.30.36.7 ',
      [
        'pod: Pod shop/a on node n1',
        'lease: In the subnet 172.30.36.0/24 of 172.20.0.115 (/kube-centos/network)',
        'network: In the pod network 172.30.0.0/16 (/kube-centos/network)',
      ],
    ],
    ['172.30.99.1', ['network: In the pod network 172.30.0.0/16 (/kube-centos/network)']],
    ['10.254.0.1', ['service: Service default/kubernetes', 'service-range: In the service range 10.254.0.0/16']],
    ['10.254.7.7', ['service-range: In the service range 10.254.0.0/16']],
    ['172.20.0.115', ['node: Node n1']],
    ['fd00:0::0:1', ['node: Node n1']],
    ['8.8.8.8', []],
  ])('%s', (text, expected) => expect(ask(text)).toEqual(expected))

  it.each(['', '172.30.36', '172.30.36.7/24', 'pod-a', '1.2.3.256'])('is not an address: %j', (text) =>
    expect(askAddress(text, inputs)).toBeNull(),
  )
})
