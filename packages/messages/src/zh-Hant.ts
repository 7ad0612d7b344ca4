// Traditional Chinese: every message of the English catalogue, and nothing else.
import type { Translation } from './catalogue.ts'
import type { en } from './en.ts'
import { containers } from './zh-Hant/containers.ts'
import { errors as errorSentences } from './zh-Hant/errors.ts'
import { files } from './zh-Hant/files.ts'
import { finalizers } from './zh-Hant/finalizers.ts'
import { findingLinks, findings as findingSentences } from './zh-Hant/findings.ts'
import { flannel as flannelSentences } from './zh-Hant/flannel.ts'
import { notes } from './zh-Hant/notes.ts'
import { notices } from './zh-Hant/notices.ts'
import { allocation } from './zh-Hant/page/allocation.ts'
import { app } from './zh-Hant/page/app.ts'
import { code } from './zh-Hant/page/code.ts'
import { compare } from './zh-Hant/page/compare.ts'
import { connection } from './zh-Hant/page/connection.ts'
import { deleted } from './zh-Hant/page/deleted.ts'
import { errors } from './zh-Hant/page/errors.ts'
import { findings } from './zh-Hant/page/findings.ts'
import { flannel } from './zh-Hant/page/flannel.ts'
import { freshness } from './zh-Hant/page/freshness.ts'
import { glossary } from './zh-Hant/page/glossary.ts'
import { hex } from './zh-Hant/page/hex.ts'
import { history } from './zh-Hant/page/history.ts'
import { keys } from './zh-Hant/page/keys.ts'
import { lookup } from './zh-Hant/page/lookup.ts'
import { namespaces } from './zh-Hant/page/namespaces.ts'
import { overview } from './zh-Hant/page/overview.ts'
import { palette } from './zh-Hant/page/palette.ts'
import { related } from './zh-Hant/page/related.ts'
import { resources } from './zh-Hant/page/resources.ts'
import { search } from './zh-Hant/page/search.ts'
import { size } from './zh-Hant/page/size.ts'
import { tables } from './zh-Hant/page/tables.ts'
import { timeline } from './zh-Hant/page/timeline.ts'
import { trouble } from './zh-Hant/page/trouble.ts'
import { value } from './zh-Hant/page/value.ts'
import { problems } from './zh-Hant/problems.ts'
import { queries } from './zh-Hant/queries.ts'
import { related as relatedSentences, relations } from './zh-Hant/related.ts'
import { states } from './zh-Hant/states.ts'

export default {
  containers,
  errors: errorSentences,
  files,
  flannel: flannelSentences,
  finalizers,
  findingLinks,
  findings: findingSentences,
  notes,
  notices,
  problems,
  queries,
  related: relatedSentences,
  relations,
  states,
  page: {
    allocation,
    app,
    keys,
    overview,
    palette,
    code,
    compare,
    connection,
    deleted,
    errors,
    findings,
    flannel,
    freshness,
    glossary,
    hex,
    history,
    lookup,
    namespaces,
    related,
    resources,
    search,
    size,
    tables,
    timeline,
    trouble,
    value,
  },
} satisfies Translation<typeof en>
