// The few words that primitives say by themselves, given by the app in the language of the reader.
import { createContext } from 'react'

export interface UiWords {
  copied: string
  copyRefused: string
  close: string
  retry: string
  notLoaded: string
  notLoadedHint: string
  reload: string
}

export const UiWordsContext = createContext<UiWords>({
  copied: '',
  copyRefused: '',
  close: '',
  retry: '',
  notLoaded: '',
  notLoadedHint: '',
  reload: '',
})
