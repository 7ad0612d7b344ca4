// The texts of the list of resources.
import { resources } from '@registree/messages/en/page/resources'
import { pageMessages } from '../../i18n/language.ts'

export const resourcesText = pageMessages('resources', resources)
