// Where the related objects of an object will be.
import { Skeleton } from '../../ui/Skeleton.tsx'

export function RelatedPending() {
  return (
    <div className="flex flex-col gap-4 p-4" data-related="pending">
      {[3, 4, 3].map((rows, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the places have no identity
        <div key={index} className="flex flex-col">
          <span className="flex h-7 items-center">
            <Skeleton className="h-3 w-24" />
          </span>
          {Array.from({ length: rows }, (_, row) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the places have no identity
            <span key={row} className="flex h-7 items-center">
              <Skeleton className="h-3 w-48" />
            </span>
          ))}
        </div>
      ))}
    </div>
  )
}
