// The palette of the page: what the text means here, and where it leads.
import type { ClusterInfo } from '@registree/contract'
import { Palette } from '../features/frame/Palette.tsx'
import { useGo } from '../lib/navigation.ts'
import { type PaletteActions, usePaletteMeaning } from './palette-entries.ts'

export function PagePalette({
  open,
  onOpenChange,
  cluster,
  clusters,
  actions,
}: {
  open: boolean
  onOpenChange: (open: boolean) => void
  cluster: ClusterInfo | undefined
  clusters: readonly ClusterInfo[]
  actions: PaletteActions
}) {
  const go = useGo()
  const meaning = usePaletteMeaning(cluster, clusters, open, actions)
  return (
    <Palette
      open={open}
      onOpenChange={onOpenChange}
      cluster={cluster?.name ?? null}
      hasV3={cluster?.v3.available ?? false}
      hasV2={cluster?.v2.available ?? false}
      meaning={meaning}
      onGo={go}
    />
  )
}
