// The texts of the status line: the connection to etcd, and how old the page is.
import { connection } from '@registree/messages/en/page/connection'
import { freshness } from '@registree/messages/en/page/freshness'
import { pageMessages } from '../../i18n/language.ts'

/** `time` is a time of day, `age` kubectl's short form: `35s`. */
export const connectionText = pageMessages('connection', connection)
export const freshnessText = pageMessages('freshness', freshness)
