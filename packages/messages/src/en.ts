// English: the catalogue that the others translate, and that says which parameters a message has.
import { notices } from './en/notices.ts'
import { allocation } from './en/page/allocation.ts'
import { app } from './en/page/app.ts'
import { code } from './en/page/code.ts'
import { connection } from './en/page/connection.ts'
import { deleted } from './en/page/deleted.ts'
import { errors } from './en/page/errors.ts'
import { findings } from './en/page/findings.ts'
import { flannel } from './en/page/flannel.ts'
import { freshness } from './en/page/freshness.ts'
import { hex } from './en/page/hex.ts'
import { history } from './en/page/history.ts'
import { lookup } from './en/page/lookup.ts'
import { namespaces } from './en/page/namespaces.ts'
import { related } from './en/page/related.ts'
import { resources } from './en/page/resources.ts'
import { size } from './en/page/size.ts'
import { tables } from './en/page/tables.ts'
import { timeline } from './en/page/timeline.ts'
import { trouble } from './en/page/trouble.ts'
import { value } from './en/page/value.ts'

/** Messages of the server by their noun, and the texts of the pages. */
export const en = {
  notices,
  page: {
    allocation,
    app,
    code,
    connection,
    deleted,
    errors,
    findings,
    flannel,
    freshness,
    hex,
    history,
    lookup,
    namespaces,
    related,
    resources,
    size,
    tables,
    timeline,
    trouble,
    value,
  },
} as const
