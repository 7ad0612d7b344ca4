// Networks as flannel and people write them into etcd: every backend, every form, and every error.

/** Keys below one prefix, with their stored values. */
export interface NetworkFixture {
  /** Paths from the root. */
  keys: Record<string, string>
  /** The expected backend facts of the first lease. */
  told?: Record<string, string>
}

const PREFIX = '/coreos.com/network'

function network(config: unknown, leases: Record<string, unknown>): Record<string, string> {
  return Object.fromEntries([
    [`${PREFIX}/config`, typeof config === 'string' ? config : JSON.stringify(config)],
    ...Object.entries(leases).map(([name, value]) => [
      `${PREFIX}/subnets/${name}`,
      typeof value === 'string' ? value : JSON.stringify(value),
    ]),
  ])
}

const two = (backend: Record<string, unknown>, first: Record<string, unknown>, second: Record<string, unknown> = first) =>
  network(
    { Network: '10.5.0.0/16', SubnetLen: 24, Backend: backend },
    { '10.5.34.0-24': { PublicIP: '192.0.2.34', ...first }, '10.5.57.0-24': { PublicIP: '192.0.2.57', ...second } },
  )

/** The data of each flannel backend (pkg/backend/*, Documentation/backends.md). */
export const BACKEND_FIXTURES: Record<string, NetworkFixture> = {
  udp: { keys: two({ Type: 'udp', Port: 7890 }, { BackendType: 'udp' }) },
  vxlan: {
    keys: two(
      { Type: 'vxlan', VNI: 1, DirectRouting: true },
      { BackendType: 'vxlan', BackendData: { VNI: 1, VtepMAC: '7a:2c:d0:7f:48:3f' } },
      { BackendType: 'vxlan', BackendData: { VtepMAC: 'c2:8b:30:55:1f:90' } },
    ),
    told: { VNI: '1', VtepMAC: '7a:2c:d0:7f:48:3f' },
  },
  'host-gw': { keys: two({ Type: 'host-gw' }, { BackendType: 'host-gw', BackendData: null }) },
  wireguard: {
    keys: two(
      { Type: 'wireguard', PSK: 'hunter2', Mode: 'auto' },
      { BackendType: 'wireguard', BackendData: { PublicKey: 'xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg=', Port: 51820 } },
      { BackendType: 'wireguard', BackendData: { PublicKey: 'TrMvSoP4jYQlY6RIzBgbssQqY3vxI2Pi+y71lOWWXX0=' } },
    ),
    told: { PublicKey: 'xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg=', Port: '51820' },
  },
  ipsec: { keys: two({ Type: 'ipsec', PSK: `hunter2${'9a'.repeat(48)}` }, { BackendType: 'ipsec' }) },
  ipip: { keys: two({ Type: 'ipip', DirectRouting: true }, { BackendType: 'ipip' }) },
  gce: { keys: two({ Type: 'gce' }, {}) },
  'aws-vpc': { keys: two({ Type: 'aws-vpc', RouteTableID: ['rtb-0a1b2c', 'rtb-3d4e5f'] }, {}) },
  'ali-vpc': { keys: two({ Type: 'ali-vpc', AccessKeyID: 'LTAI', AccessKeySecret: 'hunter2' }, { BackendType: 'ali-vpc' }) },
  'tencent-vpc': { keys: two({ Type: 'tencent-vpc', AccessKeyID: 'AKID', AccessKeySecret: 'hunter2' }, { BackendType: 'tencent-vpc' }) },
  extension: {
    keys: two(
      { Type: 'extension', PreStartupCommand: 'hostname', SubnetAddCommand: 'ip route add $SUBNET via $PUBLIC_IP' },
      { BackendType: 'extension', BackendData: 'node-34\n' },
    ),
    told: { data: 'node-34\n' },
  },
  alloc: { keys: two({ Type: 'alloc' }, { BackendType: 'alloc' }) },
}

export const SHAPE_FIXTURES = {
  'dual stack': {
    keys: network(
      { EnableIPv6: true, Network: '10.5.0.0/16', IPv6Network: 'fc00::/48', Backend: { Type: 'vxlan' } },
      {
        '10.5.34.0-24&fc00:0:0:22::-64': {
          PublicIP: '192.0.2.34',
          PublicIPv6: '2001:db8::34',
          BackendType: 'vxlan',
          BackendData: { VNI: 1, VtepMAC: '7a:2c:d0:7f:48:3f' },
          BackendV6Data: { VNI: 1, VtepMAC: '7e:2c:d0:7f:48:40' },
        },
      },
    ),
    told: { VNI: '1', VtepMAC: '7a:2c:d0:7f:48:3f', 'v6 VNI': '1', 'v6 VtepMAC': '7e:2c:d0:7f:48:40' },
  },
  'before there were backends': { keys: network({ Network: '10.5.0.0/16' }, { '10.5.34.0-24': { PublicIP: '192.0.2.34' } }) },
  'several networks below one prefix': {
    keys: {
      [`${PREFIX}/blue/config`]: '{"Network":"10.5.0.0/16","Backend":{"Type":"vxlan","VNI":5}}',
      [`${PREFIX}/blue/subnets/10.5.34.0-24`]:
        '{"PublicIP":"192.0.2.34","BackendType":"vxlan","BackendData":{"VtepMAC":"7a:2c:d0:7f:48:3f"}}',
      [`${PREFIX}/green/config`]: '{"Network":"10.6.0.0/16"}',
      [`${PREFIX}/green/subnets/10.6.1.0-24`]: '{"PublicIP":"192.0.2.34"}',
    },
  },
  'a config that is broken': { keys: network('{"Network": "10.5.0.0/16",', { '10.5.34.0-24': { PublicIP: '192.0.2.34' } }) },
  'a lease that is broken': { keys: network({ Network: '10.5.0.0/16' }, { '10.5.34.0-24': '{"PublicIP": "192.0' }) },
  'a key that is no subnet': {
    keys: network({ Network: '10.5.0.0/16' }, { 'test-do-not-delete': 'x', '10.5.34.0-24': { PublicIP: '192.0.2.34' } }),
  },
  'a config and nothing else': { keys: network({ Network: '10.5.0.0/16' }, {}) },
  'leases without a config': { keys: { [`${PREFIX}/subnets/10.5.34.0-24`]: '{"PublicIP":"192.0.2.34"}' } },
} satisfies Record<string, NetworkFixture>
