// The texts of the page that compares two clusters.
import { compare } from '@registree/messages/en/page/compare'
import { pageMessages } from '../../i18n/language.ts'

export const compareText = pageMessages('compare', compare)
