// All findings rules in display order: a new kind of finding is one file, and one line here.

import { blockedDrain } from './blocked-drain.ts'
import type { FindingRule } from './finding-rule.ts'
import { lostPod } from './lost-pod.ts'
import { misnamed } from './misnamed.ts'
import { missingDefinition } from './missing-definition.ts'
import { missingNamespace } from './missing-namespace.ts'
import { orphan } from './orphan.ts'
import { largest, rewritten } from './ranking.ts'
import { removedVersion } from './removed-version.ts'
import { serviceAddresses } from './service-addresses.ts'
import { silentNode } from './silent-node.ts'
import { staleLease } from './stale-lease.ts'
import { stuckDeletion } from './stuck-deletion.ts'
import { unknownKind } from './unknown-kind.ts'
import { unreadableValue } from './unreadable-value.ts'

export const RULES: readonly FindingRule[] = [
  unreadableValue,
  silentNode,
  lostPod,
  stuckDeletion,
  blockedDrain,
  orphan,
  missingNamespace,
  missingDefinition,
  misnamed,
  serviceAddresses,
  removedVersion,
  staleLease,
  unknownKind,
  largest,
  rewritten,
]

/** Rules that need only nodes, their leases, namespaces and pods. */
export const QUICK_RULES: readonly FindingRule[] = [silentNode, lostPod, stuckDeletion]
