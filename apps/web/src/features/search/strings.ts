// The texts of the search.
import { search } from '@registree/messages/en/page/search'
import { pageMessages } from '../../i18n/language.ts'

export const searchText = pageMessages('search', search)
