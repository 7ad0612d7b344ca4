// A grey placeholder of exactly the data's size, so that nothing moves when it arrives.
import { classNames } from './class-names.ts'

/** `className` sets width and height, e.g. `h-4 w-32`. */
export function Skeleton({ className }: { className?: string }) {
  return <span aria-hidden className={classNames('skeleton inline-block align-middle', className ?? 'h-3 w-24')} />
}

/** Placeholder lines of text. */
export function SkeletonLines({ lines = 6 }: { lines?: number }) {
  const widths = ['w-40', 'w-64', 'w-52', 'w-72', 'w-48', 'w-60', 'w-36']
  return (
    <div aria-hidden className="flex flex-col">
      {Array.from({ length: lines }, (_, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the lines have no identity
        <span key={i} className="flex h-5 items-center">
          <Skeleton className={classNames('h-3', widths[i % widths.length])} />
        </span>
      ))}
    </div>
  )
}
