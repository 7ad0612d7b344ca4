// Where flannel and Kubernetes disagree, what is wrong with flannel's configuration and leases, and where it was looked for.
export const flannel = {
  'stored-text': '{text}',

  'pod-outside-leases': 'Pod {pod} has {ip}, which is in no subnet lease',
  'pods-outside-leases':
    '{pods, plural, one {# pod} other {# pods}} {node, select, none {without a node} other {on node {node}}} {pods, plural, one {has an address that is} other {have addresses that are}} in no subnet lease',
  'pods-outside-leases-means':
    'The node’s lease expired or was replaced while the pod kept its old address, or the container runtime there does not use flannel: no other node has a route to it.',
  'pod-ip': '{pod}: status.podIP {ip}',
  'pod-in-foreign-lease': 'Pod {pod} is on node {node} but its address {ip} is in the lease of {owner}',
  'pods-in-foreign-lease':
    '{pods, plural, one {# pod} other {# pods}} on node {node} {pods, plural, one {has an address} other {have addresses}} from the lease of {owner}',
  'pods-in-foreign-lease-means':
    'The node was given another subnet and the container runtime still uses the old one: traffic to this pod goes to the wrong node.',
  'pod-node-ip': '{pod}: nodeName {node}, status.podIP {ip}',
  'lease-belongs-to': '{lease} belongs to {holder}',
  'node-without-lease': 'Node {node} has no subnet lease',
  'node-without-lease-means': 'flannel does not run there, or its lease expired: pods on this node cannot be reached from other nodes.',
  'node-addresses': 'addresses {addresses}',
  'node-addresses-none': 'addresses none',
  'pod-cidr-differs': 'Node {node} has podCIDR {cidr} but its lease is {lease}',
  'pod-cidr-differs-means':
    'Kubernetes and flannel both hand out addresses. Pods follow one of them, firewalls and cloud routes may follow the other.',
  'pod-cidr-is': 'spec.podCIDR {cidr}',
  'lease-expires': 'expires {time}',
  'node-heartbeat-none': 'no heartbeat found',
  'node-heartbeat-at': 'last heartbeat {time}',
  'lease-expiring-node-silent':
    'The lease {lease} of node {node} {when, select, past {has expired} other {expires within the hour}}, and the node is silent',
  'lease-expiring-node-silent-means': 'The node is down or cut off. When the lease ends, flannel may give its subnet to another node.',
  'lease-of-silent-node': 'Node {node} is silent, and nobody renews its lease {lease}: it expires in {left}',
  'lease-of-silent-node-means':
    'The node is down or cut off. flannel renews a lease in its last hour; unless the node is back by then, another node may get the subnet.',
  'lease-without-node':
    'The lease {lease} belongs to {holder, select, nobody {nobody} other {{holder}}}, which is not a node of this cluster',
  'lease-without-known-node':
    'The lease {lease} belongs to {holder, select, nobody {nobody} other {{holder}}}, which is not a known address of a node',
  'lease-without-node-means':
    'A node was removed and its lease has not expired yet, or a host outside Kubernetes runs flannel on the same prefix.',
  'lease-without-known-node-means':
    'It may be one of the nodes whose status.addresses is empty ({nodes}{more, plural, =0 {} other { and # more}}). Otherwise a node was removed and its lease has not expired yet, or a host outside Kubernetes runs flannel on the same prefix.',
  'lease-outside-network': 'The lease {lease} is outside the network {network}',
  'lease-outside-network-means':
    'The network was changed while leases of the old one were still held. Those nodes keep the old subnet until flannel restarts there.',
  'backend-differs': 'The lease {lease} was made by backend {backend}, the config says {configured}',
  'backend-differs-means':
    'The backend was changed and flannel on that node has not restarted: nodes with different backends do not reach each other.',
  'backend-is': 'BackendType {backend}',
  'leases-overlap': 'The leases {lease} and {other} overlap',
  'leases-overlap-means':
    'SubnetLen was changed while leases were held, or keys were written by hand: two nodes may give out the same pod address.',
  'held-by': 'held by {holder, select, nobody {nobody} other {{holder}}}',
  'lease-held-by': '{lease} held by {holder, select, nobody {nobody} other {{holder}}}',
  'public-ip-twice': '{ip} holds {n, plural, one {# lease} other {# leases}}: {leases}',
  'public-ip-twice-means':
    'The node lost its subnet file and took a new subnet, or two hosts share an address. The older lease keeps its subnet from others until it expires.',
  'vtep-mac-clash': '{n, plural, one {# node has} other {# nodes have}} the VTEP MAC {mac}',
  'vtep-mac-clash-means':
    'The nodes were cloned from one image with the same machine id: VXLAN delivers their packets to only one of them.',
  'vnis-differ': 'The leases use different VNIs: {vnis}',
  'vnis-differ-means': 'The VNI was changed and flannel has not restarted everywhere: nodes with different VNIs do not reach each other.',
  'vni-differs': 'The leases use VNI {vni}, the config says {configured}',
  'vni-differs-means': 'The VNI was changed and flannel has not restarted yet: the first node that does will not reach the others.',
  'vni-configured': 'Backend.VNI {configured}',
  'service-range-overlaps': 'The service range {range} overlaps the pod network {network}',
  'service-range-overlaps-means': 'A pod and a Service can get the same address: kube-proxy will take traffic that was meant for the pod.',

  'many-pod-outside-leases': 'On {n, plural, one {# node} other {# nodes}} there are pods with addresses that are in no subnet lease',
  'many-pod-in-foreign-lease': 'On {n, plural, one {# node} other {# nodes}} there are pods with addresses from the lease of another node',
  'many-node-without-lease': '{n, plural, one {# node has} other {# nodes have}} no subnet lease',
  'many-lease-without-node':
    '{n, plural, one {# lease belongs to an address} other {# leases belong to addresses}} of no node in this cluster',
  'many-pod-cidr-differs': '{n, plural, one {# node has} other {# nodes have}} a podCIDR that is not their lease',
  'many-leases-overlap': '{n, plural, one {# pair} other {# pairs}} of leases overlap',
  'many-lease-outside-network': '{n, plural, one {# lease is} other {# leases are}} outside the network',
  'many-public-ip-twice': '{n, plural, one {# address holds} other {# addresses hold}} more than one lease',
  'many-lease-expiring-node-silent':
    '{n, plural, one {# lease of a silent node expires} other {# leases of silent nodes expire}} within the hour',
  'many-lease-of-silent-node': '{n, plural, one {# node is} other {# nodes are}} silent, and nobody renews their leases',
  'many-backend-differs': '{n, plural, one {# lease was} other {# leases were}} made by another backend than the config says',
  'many-vtep-mac-clash': '{n, plural, one {# VTEP MAC belongs} other {# VTEP MACs belong}} to more than one node',
  'many-vni-differs': '{n, plural, one {# time} other {# times}} the leases use different VNIs',
  'many-service-range-overlaps': '{n, plural, one {# service range overlaps} other {# service ranges overlap}} the pod network',

  'config-missing': 'There is no {prefix}/config: flannel waits for it and hands out nothing',
  'leases-cut': '{directory} was not read completely: only {n, plural, one {# key} other {# keys}}',
  'leases-none': 'There is no lease below {directory}: no node runs flannel with this prefix',
  'node-without-pod-cidr':
    'Node {node} has no spec.podCIDR: flannel cannot start there. The controller manager needs --allocate-node-cidrs.',
  'node-without-public-ip': 'Node {node} has no annotation {annotation}: the others cannot reach it',
  'annotation-not-json': 'The annotation {annotation} of node {node} is not valid JSON',
  'config-map-missing': 'No ConfigMap kube-flannel-cfg was found in kube-flannel or kube-system: the network’s settings are not known',
  'annotations-missing': 'There is a ConfigMap kube-flannel-cfg but no Node carries flannel’s annotations',
  'setting-missing': '{setting} is missing: flannel would not start with this config',
  'setting-no-network':
    '{setting} “{value}” is not an {family, select, v4 {IPv4 network such as 10.5.0.0/16} other {IPv6 network such as fc00::/48}}',
  'setting-host-bits': '{setting} {value} has host bits set; flannel uses {network}',
  'subnet-length-long': '{setting} {value} is longer than /{longest}: flannel refuses it',
  'subnet-length-few': '{setting} {value} leaves fewer than four subnets in {network}: flannel refuses it',
  'subnet-length-wrong': '{setting} {value} is not a prefix length',
  'network-small': '{network} is too small: flannel needs room for four subnets of at most /{longest}',
  'setting-off-boundary': '{setting} {value} is not on a /{length} boundary: flannel refuses it',
  'setting-no-address': '{setting} “{value}” is not an address of {network}',
  'settings-reversed': '{min} is behind {max}: no subnet can be handed out',
  'config-not-json': 'The config is not valid JSON: flannel cannot start with it. Open the key to see the text as it is stored.',
  'config-no-object': 'The config is JSON but not an object: flannel cannot start with it.',
  'backend-unknown': 'Backend type “{type}” is not one that flannel has ever had',
  'note-port-kernel': '0 lets the kernel choose: 8472 on Linux',
  'note-udp': 'flannel’s code falls back to udp; its documentation says vxlan',
  'note-udp-without-backend': 'no Backend: flannel’s code falls back to udp; its documentation says vxlan',
  'name-no-subnet': '“{name}” is not a subnet such as 10.5.34.0-24: flannel passes it over',
  'lease-no-object': 'The value is JSON but not an object: flannel cannot read this lease',
  'lease-not-json': 'The value is not valid JSON: flannel cannot read this lease',
  'lease-without-public-ip': 'The lease names no PublicIP: it belongs to no node',
  'public-ip-wrong': 'PublicIP “{ip}” is not an IPv4 address',

  'change-of': '{label} {was, select, none {none} other {{was}}} → {is, select, none {none} other {{is}}}',
  'change-of-subnet': 'subnet {was} → {is}',
  'change-to-reservation': 'now a reservation',
  'change-to-lease': 'now a lease that expires',
  'change-readable': 'readable again',
  'config-at': 'at {at}',

  'search-stopped':
    'The search stopped after {n, plural, one {# directory} other {# directories}} of the {keyspace} keyspace. Name flannel’s directory with --flannel-prefix.',
  'directory-cut': '{directory} has too many entries: only the first ones were searched',
  'looked-refused': '{place}: this user may not read it',
  'looked-nothing': '{place}: nothing is there',
  'looked-found': '{place}',
  'looked-empty': '{place}: it is there, and empty',
  'looked-without-config': '{place}: it holds no config and no subnets',
  'looked-no-search': '{keyspace}: no search in other directories, which this user may not read',
  'looked-everywhere': '{keyspace}: every directory down to {levels, plural, one {# level} other {# levels}}, without {skipped}',
  'looked-absent': '{keyspace}: not there ({why})',
  'looked-kubernetes':
    'Kubernetes: {nodes, plural, one {annotations of # node} other {annotations of # nodes}}, and the ConfigMap kube-flannel-cfg',
  'looked-kubernetes-refused': 'Kubernetes: nodes, which this user may not read, and the ConfigMap kube-flannel-cfg',
  'part-unread': '{part, select, v2 {The v2 keyspace} v3 {The v3 keyspace} other {Nodes and pods}} could not be read: {why}',
  'part-refused': '{part, select, v2 {The v2 keyspace} v3 {The v3 keyspace} other {Nodes and pods}}: this user may not read it',
  'not-readable':
    'This user may not read {kind, select, named {{what}} outside {keys outside of {root}} other {{what} and keys outside of {root}}}: what is there is not shown and not compared.',
  'compared-first':
    'Not all {what, select, heartbeats {node heartbeats} nodes {nodes} pods {pods} services {Services} ranges {service ranges} other {ServiceCIDRs}} were compared: {most, number} at most.',
  'compared-unread':
    'Some {what, select, heartbeats {node heartbeats} nodes {nodes} pods {pods} services {Services} ranges {service ranges} other {ServiceCIDRs}} could not be read ({unread, number} of {count, number}). {why}',
  'key-no-text': 'The key is not text.',
} as const
