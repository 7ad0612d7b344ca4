// The size of a value; if a part is masked it is rounded up, and says so.
import { keysText } from '../../i18n/keys-text.ts'
import { exactSize, shortSize } from '../../lib/size.ts'
import { Exact } from '../../ui/Exact.tsx'

const t = keysText.facts

export function ValueSize({ bytes, rounded }: { bytes: number; rounded: boolean }) {
  if (!rounded) return <Exact exact={exactSize(bytes)}>{shortSize(bytes)}</Exact>
  return (
    <>
      {t.sizeUpTo({ size: exactSize(bytes) })}
      <span className="block text-soft">{t.sizeRounded}</span>
    </>
  )
}
