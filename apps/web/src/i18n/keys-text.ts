// The texts of the pages of keys.
import { keys } from '@registree/messages/en/page/keys'
import { pageMessages } from './language.ts'

const m = pageMessages('keys', keys)

export const keysText = {
  ...m,
  keys: {
    ...m.keys,
    /** @param more whether there are more than have been listed */
    summary: (directories: number, keys: number, more: boolean) => {
      const { both, directories: onlyDirectories, keys: onlyKeys } = m.keys.summary
      if (directories === 0) return onlyKeys({ keys, more: String(more) })
      if (keys === 0) return onlyDirectories({ directories, more: String(more) })
      return both({ directories, keys, more: String(more) })
    },
  },
}
